namespace Cdn.AppHost.Settings;

/// <summary>One thing that can be set from outside, by environment variable or <c>--NAME=value</c>.</summary>
/// <param name="Name">Its name; <c>{n}</c> stands for the number of a replica, from 1.</param>
/// <param name="Kind">What it may be.</param>
/// <param name="Default">What it is if nobody sets it, in words.</param>
/// <param name="Meaning">What it is for, in half a sentence.</param>
internal sealed record Setting(string Name, SettingKind Kind, string Default, string Meaning)
{
    /// <summary>Stands for a number in <see cref="Name"/>.</summary>
    private const string Number = "{n}";

    /// <summary>The services that it is handed to; none for what the AppHost itself obeys.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Whether its value must not be said.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether a name is this one, or one of its numbers up to the most replicas that there may be.</summary>
    public bool IsNamed(string name)
    {
        if (!Name.EndsWith(Number, StringComparison.Ordinal))
        {
            return name == Name;
        }

        var stem = Name[..^Number.Length];
        return name.StartsWith(stem, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(stem.Length), out var number)
            && number is > 0 and <= SettingsTable.MostReplicas
            && name.AsSpan(stem.Length)[0] != '0';
    }

    /// <summary>What is wrong with a value, as a sentence; null if nothing is.</summary>
    public string? Check(string name, string value) => Kind.Allows(value)
        ? null
        : $"{name} must be {Kind.Allowed}{(IsSecret ? "" : $"; it is '{value}'")}.";
}

namespace Cdn.Hosting;

/// <summary>Rules for the names of resources and endpoints: they end up in host names, variables and file names.</summary>
internal static class ModelName
{
    /// <summary>In characters; as Aspire, so that one AppHost is valid on both engines.</summary>
    private const int MaxLength = 64;

    public static void Validate(string kind, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Length > MaxLength)
        {
            throw new ArgumentException($"{kind} name '{name}' is longer than {MaxLength} characters.", nameof(name));
        }

        if (!char.IsAsciiLetter(name[0])
            || name[^1] == '-'
            || name.Contains("--", StringComparison.Ordinal)
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new ArgumentException(
                $"{kind} name '{name}' is not valid: ASCII letters, digits and single hyphens, a letter first, no hyphen last.",
                nameof(name));
        }
    }
}

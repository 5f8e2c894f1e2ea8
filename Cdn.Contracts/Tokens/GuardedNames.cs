using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// Which videos need a token, as <c>TOKENS</c> says it: <c>off</c> (none), <c>required</c> (all), or patterns of names with
/// commas between them, in which <c>*</c> stands for any characters: <c>premium/*,*.mp4</c>.
/// </summary>
public sealed class GuardedNames
{
    /// <summary>What a value may be, to follow "must be".</summary>
    public const string Allowed = "off, required, or patterns of names with commas between them (premium/*,*.mp4)";

    private const string OffWord = "off";
    private const string RequiredWord = "required";

    private readonly Regex? _names;

    private GuardedNames(bool isOn, string? expression)
    {
        (IsOn, Expression) = (isOn, expression);
        _names = expression is null
            ? null
            : new Regex(
                $@"\A(?:{expression})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline);
    }

    /// <summary>No video needs one.</summary>
    public static GuardedNames Off { get; } = new(isOn: false, expression: null);

    /// <summary>Whether any video needs one.</summary>
    public bool IsOn { get; }

    /// <summary>A regular expression of the names that need one, for nginx and .NET alike; null if that is all or none.</summary>
    public string? Expression { get; }

    /// <summary>Whether a video needs one.</summary>
    public bool Contains(VideoName name) => IsOn && _names?.IsMatch(name.Value) != false;

    /// <summary>Reads the setting. Empty is <c>off</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out GuardedNames? names)
    {
        names = text switch
        {
            null or "" or OffWord => Off,
            RequiredWord => new GuardedNames(isOn: true, expression: null),
            _ when text.Split(',', StringSplitOptions.TrimEntries) is var patterns && patterns.All(IsPattern) =>
                new GuardedNames(isOn: true, string.Join('|', patterns.Select(Translate))),
            _ => null,
        };
        return names is not null;
    }

    /// <summary>A word without a slash, a dot or a star is a slip of <c>required</c> or <c>off</c> rather than a name.</summary>
    private static bool IsPattern(string pattern) =>
        pattern.AsSpan().ContainsAny("/.*") && VideoName.TryParse(pattern.TrimEnd('/'), out _, out _) && !pattern.EndsWith('/');

    private static string Translate(string pattern)
    {
        var text = new StringBuilder();
        foreach (var one in pattern)
        {
            _ = one == '*' ? text.Append(".*")
                : char.IsAscii(one) && !char.IsAsciiLetterOrDigit(one) && one is not (' ' or '_') ? text.Append('\\').Append(one)
                : text.Append(one);
        }

        return text.ToString();
    }
}

namespace Cdn.AppHost.Settings;

/// <summary>
/// What stands on the command line: <c>--NAME=value</c> or <c>--NAME value</c>, as .NET's configuration reads it.
/// </summary>
internal static class Arguments
{
    /// <summary>What Aspire and .NET's host take; all else without a colon is meant for us.</summary>
    private static readonly string[] OfTheHost =
        ["operation", "publisher", "step", "output-path", "log-level", "environment", "contentRoot", "applicationName", "urls"];

    /// <summary>Whether somebody asks what can be set.</summary>
    public static bool AskForHelp(IEnumerable<string> args) => args.Any(arg => arg is "--help" or "-h" or "-?");

    /// <summary>A sentence for each argument that nobody would obey.</summary>
    public static IEnumerable<string> Refuse(IReadOnlyList<string> args)
    {
        for (var at = 0; at < args.Count; at++)
        {
            var (name, hasValue) = Split(args[at]);
            if (!hasValue && at + 1 < args.Count && !args[at + 1].StartsWith('-'))
            {
                (hasValue, at) = (true, at + 1);
            }

            if (name.Contains(':', StringComparison.Ordinal) || OfTheHost.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            if (SettingsTable.Find(name.ToUpperInvariant()) is null)
            {
                yield return $"There is no setting {name}{Suggestion(name.ToUpperInvariant())} (--help lists them).";
            }
            else if (!hasValue)
            {
                yield return $"{name} needs a value: --{name}=...";
            }
        }
    }

    private static (string Name, bool HasValue) Split(string argument)
    {
        var text = argument.TrimStart('-', '/');
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, false) : (text[..equals], true);
    }

    private static string Suggestion(string name)
    {
        var nearest = SettingsTable.OfTheAppHost.Concat(SettingsTable.OfTheServices)
            .Select(setting => (setting.Name, Distance: Distance(setting.Name, name)))
            .MinBy(candidate => candidate.Distance);
        return nearest.Distance <= 2 ? $"; did you mean {nearest.Name}?" : "";
    }

    /// <summary>How many letters have to be changed, added or removed (Levenshtein 1966).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var change = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}

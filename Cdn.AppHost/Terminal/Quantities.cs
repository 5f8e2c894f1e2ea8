using System.Globalization;

namespace Cdn.AppHost.Terminal;

/// <summary>Amounts as people say them.</summary>
internal static class Quantities
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary><c>1.5 GB</c>: powers of 1,000, as disks and networks are sold.</summary>
    public static string InWords(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }

        return value.ToString(unit == 0 || value >= 99.5 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary><c>40 s</c>, <c>3 min</c>, <c>2 h 5 min</c>.</summary>
    public static string InWords(TimeSpan time) => time switch
    {
        { TotalSeconds: < 90 } => $"{Math.Ceiling(time.TotalSeconds):0} s",
        { TotalMinutes: < 90 } => $"{Math.Ceiling(time.TotalMinutes):0} min",
        { TotalDays: < 100 } => $"{(long)time.TotalHours} h {time.Minutes} min",
        _ => "very long",
    };
}

using System.Globalization;

namespace Cdn.AppHost.Terminal;

/// <summary>Makes a line of each look at a fill: how much, how fast, how long yet.</summary>
internal sealed class FillMeter(TimeProvider time)
{
    /// <summary>Time over which the rate is taken: the last 15 s. Shorter and it jumps, longer and it lags.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private readonly Queue<(long At, long Bytes)> _seen = new();

    /// <summary>What to say of how far it is now.</summary>
    public string Line(FillProgress now)
    {
        _seen.Enqueue((time.GetTimestamp(), now.BytesDone));
        while (_seen.Count > 2 && time.GetElapsedTime(_seen.Peek().At) > Window)
        {
            _seen.Dequeue();
        }

        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"filling: {now.VideosDone:N0} of {now.Videos:N0} videos, {InWords(now.BytesDone)} of {InWords(now.Bytes)}");
        var (at, bytes) = _seen.Peek();
        var seconds = time.GetElapsedTime(at).TotalSeconds;
        var rate = seconds > 0 ? (now.BytesDone - bytes) / seconds : 0;
        return rate <= 0 ? line : $"{line}, {InWords((long)rate)}/s, {InWords(TimeSpan.FromSeconds((now.Bytes - now.BytesDone) / rate))} left";
    }

    /// <summary><c>1.5 GB</c>: powers of 1,000, as disks and networks are sold.</summary>
    internal static string InWords(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 999.5 && unit < units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }

        return value.ToString(unit == 0 || value >= 99.5 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary><c>40 s</c>, <c>3 min</c>, <c>2 h 5 min</c>.</summary>
    internal static string InWords(TimeSpan left) => left switch
    {
        { TotalSeconds: < 90 } => $"{Math.Ceiling(left.TotalSeconds):0} s",
        { TotalMinutes: < 90 } => $"{Math.Ceiling(left.TotalMinutes):0} min",
        { TotalDays: < 100 } => $"{(long)left.TotalHours} h {left.Minutes} min",
        _ => "very long",
    };
}

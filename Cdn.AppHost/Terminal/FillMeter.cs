using System.Globalization;
using static Cdn.AppHost.Terminal.Quantities;

namespace Cdn.AppHost.Terminal;

/// <summary>Makes a line of each look at a fill: how much, how fast, how long yet.</summary>
internal sealed class FillMeter(TimeProvider time)
{
    /// <summary>Time over which the rate is taken: the last 15 s. Shorter and it jumps, longer and it lags.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private readonly Queue<(long At, long Bytes)> _seen = new();

    /// <summary>What to say when everything is where it belongs.</summary>
    public static string WholeLine(FillProgress now) => string.Create(
        CultureInfo.InvariantCulture, $"filled: {now.Videos:N0} of {now.Videos:N0} videos, {InWords(now.Bytes)}");

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
        if (rate <= 0)
        {
            return line;
        }

        var left = TimeSpan.FromSeconds((now.Bytes - now.BytesDone) / rate);
        return $"{line}, {InWords((long)rate)}/s, {InWords(left)} left";
    }
}

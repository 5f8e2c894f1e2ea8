using Cdn.Contracts;
using Cdn.Placement;

namespace Cdn.Controller.Fill;

/// <summary>
/// How long to wait after failures: exponential, with jitter that is a function of what failed, so that it needs no chance.
/// </summary>
internal static class Backoff
{
    /// <summary>First wait: 500 ms; each failure in a row doubles it.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    /// <summary>Doublings after which the longest wait is reached whatever it is (its limit is an hour).</summary>
    private const int MostDoublings = 13;

    /// <summary>The wait after a number of failures in a row: half of it, and a part of the other half.</summary>
    public static TimeSpan After(int failures, TimeSpan longest, ulong hash)
    {
        var wait = First * Math.Pow(2, Math.Clamp(failures - 1, 0, MostDoublings));
        wait = wait < longest ? wait : longest;
        return wait * (0.5 + (0.5 * (Rendezvous.Rank(hash, (ulong)failures) >> 11) / (1UL << 53)));
    }

    /// <summary>The same for a video on a replica.</summary>
    public static TimeSpan After(int failures, TimeSpan longest, VideoName video, int replica) =>
        After(failures, longest, video.StableHash ^ (ulong)replica);
}

using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Replica.State;

/// <summary>The last purges, so that what was asked for before one of them, and arrives after it, is not taken.</summary>
/// <param name="Count">Purges since the process began.</param>
/// <param name="Last">The last of them, the latest at the end.</param>
internal sealed record PurgeHistory(long Count, ImmutableArray<PurgeSelector> Last)
{
    /// <summary>Purges that are remembered: 1,000. What was asked for before those is refused.</summary>
    public const int Remembered = 1000;

    public static PurgeHistory None { get; } = new(0, []);

    public PurgeHistory Add(PurgeSelector what) =>
        new(Count + 1, Last.Length < Remembered ? Last.Add(what) : Last.RemoveAt(0).Add(what));

    /// <summary>Whether a name was purged, or may have been, since <see cref="Count"/> was this.</summary>
    public bool IsPurged(VideoName name, long since)
    {
        var later = Count - since;
        return later > Last.Length || (later > 0 && Last.AsSpan()[^(int)later..].ToArray().Any(what => what.Matches(name)));
    }
}

using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Controller.Cluster;

/// <summary>A video that a replica was to get, again and again, and did not.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Video">The video.</param>
/// <param name="Tries">Times in a row.</param>
/// <param name="Reason">Why not, the last time.</param>
internal sealed record FillTrouble(string Replica, VideoName Video, int Tries, string Reason);

/// <summary>Everything that cannot be filled.</summary>
/// <param name="Count">How many.</param>
/// <param name="First">Some of them.</param>
internal sealed record FillTroubles(int Count, ImmutableArray<FillTrouble> First)
{
    /// <summary>How many are told one by one: 3.</summary>
    public const int Told = 3;

    public static FillTroubles None { get; } = new(0, []);

    public bool Equals(FillTroubles? other) => other is not null && Count == other.Count && First.SequenceEqual(other.First);

    public override int GetHashCode() => Count;

    /// <summary>Says which and why.</summary>
    public override string ToString() => Count == 0
        ? ""
        : string.Join("; ", First.Select(trouble => $"{trouble.Video} cannot be filled on {trouble.Replica} ({trouble.Tries} tries): {trouble.Reason.TrimEnd('.')}"))
            + (Count > First.Length ? $"; and {Count - First.Length} more" : "");
}

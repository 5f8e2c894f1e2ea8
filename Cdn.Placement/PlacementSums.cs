using System.Collections.Immutable;

namespace Cdn.Placement;

/// <summary>What a replica is to hold.</summary>
internal readonly record struct PlannedLoad(int Videos, long Bytes)
{
    public PlannedLoad Add(int videos, long bytes) => new(Videos + videos, Bytes + bytes);
}

/// <summary>
/// What is wanted and has no place: more copies than there are replicas, or more bytes than they have room for.
/// </summary>
/// <param name="Videos">Videos that have fewer copies than are wanted.</param>
/// <param name="Bytes">Bytes of the copies that they lack.</param>
internal readonly record struct Unplaced(int Videos, long Bytes)
{
    /// <summary>The same with a video more that has so many copies, or one less if <paramref name="sign"/> is -1.</summary>
    public Unplaced Add(int sign, in PlacementEntry video, int copies) => copies == video.Copies
        ? this
        : new Unplaced(Videos + sign, Bytes + (sign * (video.Copies - copies) * video.Size));
}

/// <summary>Sums over the videos of a plan.</summary>
/// <param name="Videos">How many.</param>
/// <param name="BytesByCopies">Bytes of the videos that are wanted as many times as the key says.</param>
/// <param name="Unplaced">What has no place.</param>
internal sealed record PlacementSums(int Videos, ImmutableSortedDictionary<int, long> BytesByCopies, Unplaced Unplaced)
{
    public static PlacementSums Nothing { get; } = new(0, ImmutableSortedDictionary<int, long>.Empty, default);

    /// <summary>Bytes of one copy of everything.</summary>
    public long Once => BytesByCopies.Values.Sum();

    /// <summary>Bytes of all copies that are wanted, as far as there are as many replicas.</summary>
    public long WantedOn(int replicas) => BytesByCopies.Sum(entry => Math.Min(entry.Key, replicas) * entry.Value);
}

namespace Cdn.Placement;

/// <summary>What keeps the replicas of a plan within their bounds.</summary>
/// <param name="Bound">Most bytes for each replica, by number.</param>
/// <param name="Thresholds">A replica takes a copy only if its <see cref="RankOf"/> is below this.</param>
/// <param name="HasHomeless">Whether a video is where it is because nobody takes it.</param>
internal sealed record PlacementLimits(long[] Bound, ulong[] Thresholds, bool HasHomeless)
{
    /// <summary>The threshold of a replica that takes everything.</summary>
    public const ulong Open = ulong.MaxValue;

    private const int TurnBits = 8;

    /// <summary>Whether all videos are on their best replicas.</summary>
    public bool IsFree => !HasHomeless && !Thresholds.AsSpan().ContainsAnyExcept(Open);

    public static PlacementLimits None(int replicas)
    {
        var open = new ulong[replicas];
        Array.Fill(open, Open);
        return new PlacementLimits(new long[replicas], open, HasHomeless: false);
    }

    /// <summary>
    /// How much a replica would rather be without a copy: second copies go before first ones, and of these small videos before
    /// large ones (they find a place where those do not), and those that it is a bad choice for before those that it is a good
    /// one for.
    /// </summary>
    /// <param name="turn">Which copy it is, from 0.</param>
    /// <param name="cost">What the replica costs the video.</param>
    /// <param name="size">Bytes of the video.</param>
    public static ulong RankOf(int turn, double cost, long size)
    {
        // The bits of numbers that are not negative are in the order of the numbers.
        var bits = BitConverter.DoubleToUInt64Bits(cost / Math.Max(size, 1));
        return ((ulong)Math.Min(turn, (1 << TurnBits) - 1) << (64 - TurnBits)) | (bits >> TurnBits);
    }
}

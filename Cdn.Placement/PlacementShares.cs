namespace Cdn.Placement;

/// <summary>How many bytes each replica ought to hold, and how many it may.</summary>
/// <param name="Fair">The fair share of each, in bytes: by weight, but never more than one copy of everything.</param>
/// <param name="Bound">Most bytes for each that keep it within (1 + slack) of its fair share, and within its room.</param>
/// <param name="Room">Most bytes that each has room for.</param>
internal sealed record PlacementShares(double[] Fair, long[] Bound, long[] Room)
{
    /// <summary>
    /// Share of a capacity that is planned for: 0.95. What is to come must fit before what is to go has gone, or full replicas
    /// would wait for each other.
    /// </summary>
    private const double Filled = 0.95;

    /// <summary>
    /// Bits of the bytes per weight that count for a bound: 7, so it is at most 1.6 % smaller than it might be. A bound that
    /// moved with every byte of the catalog would have videos moved with it.
    /// </summary>
    private const int CountingBits = 7;

    /// <param name="replicas">The replicas.</param>
    /// <param name="wanted">Bytes of all copies.</param>
    /// <param name="once">Bytes of one copy of everything.</param>
    /// <param name="slack">How far a replica may be above its fair share: 0.25 for a quarter.</param>
    public static PlacementShares Of(PlacementReplicas replicas, long wanted, long once, double slack)
    {
        var weights = replicas.Weights;
        var perWeight = PerWeight(weights, wanted, once);
        var (fair, bound, room) = (new double[weights.Length], new long[weights.Length], new long[weights.Length]);
        for (var i = 0; i < weights.Length; i++)
        {
            var capacity = replicas.All[i].Capacity;
            fair[i] = Math.Min(weights[i] * perWeight, once);
            room[i] = weights[i] == 0 ? 0 : capacity is null ? long.MaxValue : (long)(Filled * capacity);
            bound[i] = (long)Math.Min((1 + slack) * weights[i] * Coarse(perWeight), room[i]);
        }

        return new PlacementShares(fair, bound, room);
    }

    /// <summary>
    /// Bytes for each unit of weight. What a replica cannot take, because it would be more than one copy of everything, goes to
    /// the others.
    /// </summary>
    private static double PerWeight(ReadOnlySpan<double> weights, double wanted, double once)
    {
        var (perWeight, before) = (0.0, -1.0);
        while (perWeight > before)
        {
            var (left, sum) = (wanted, 0.0);
            foreach (var weight in weights)
            {
                var isFull = weight * perWeight > once;
                left -= isFull ? once : 0;
                sum += isFull ? 0 : weight;
            }

            (before, perWeight) = (perWeight, sum > 0 ? Math.Max(perWeight, left / sum) : perWeight);
        }

        return perWeight;
    }

    /// <summary>The next number below that has few bits.</summary>
    private static double Coarse(double number)
    {
        const int FractionBits = 52;
        var dropped = FractionBits + 1 - CountingBits;
        return BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(number) >> dropped << dropped);
    }
}

using System.Numerics;

namespace Cdn.Controller.Placement;

/// <summary>How many bytes each replica ought to hold, and how many it may.</summary>
/// <param name="Fair">The fair share of each, in bytes: by weight, but never more than one copy of everything.</param>
/// <param name="Bound">Most bytes for each that keep it within (1 + slack) of its fair share, and within its room.</param>
/// <param name="Room">Most bytes that each has room for.</param>
internal sealed record PlacementShares(double[] Fair, long[] Bound, long[] Room)
{
    /// <summary>
    /// Share of a capacity that is planned for: 0.95. What is to come must fit before what is to go has gone, or full replicas would wait
    /// for each other.
    /// </summary>
    private const double Filled = 0.95;

    /// <summary>
    /// Leading bits of a sum that count for a bound: 7, so it is at most 1.6 % smaller than it might be. A bound that moved with every
    /// byte of the catalog would have videos moved with it.
    /// </summary>
    private const int LeadingBits = 7;

    /// <param name="replicas">The replicas.</param>
    /// <param name="wanted">Bytes of all copies.</param>
    /// <param name="once">Bytes of one copy of everything.</param>
    /// <param name="slack">How far a replica may be above its fair share: 0.25 for a quarter.</param>
    public static PlacementShares Of(PlacementReplicas replicas, long wanted, long once, double slack)
    {
        var fair = Fairly(replicas.Weights, wanted, once);
        var coarse = Fairly(replicas.Weights, Coarse(wanted), Coarse(once));
        long[] room = [.. replicas.All.Select(replica =>
            !replica.IsIn ? 0 : replica.Capacity is { } capacity ? (long)(Filled * capacity) : long.MaxValue)];
        return new PlacementShares(fair, [.. coarse.Select((share, i) => Math.Min((long)((1 + slack) * share), room[i]))], room);
    }

    /// <summary>By weight; what one cannot take, because it would be more than one copy of everything, goes to the others.</summary>
    private static double[] Fairly(ReadOnlySpan<double> weights, double wanted, double once)
    {
        var shares = new double[weights.Length];
        var isFull = new bool[weights.Length];
        for (var again = true; again;)
        {
            // Weights are whole numbers, mostly below 2^53: their sum does not depend on the order.
            var (left, sum) = (wanted, 0.0);
            for (var i = 0; i < weights.Length; i++)
            {
                left -= isFull[i] ? once : 0;
                sum += isFull[i] ? 0 : weights[i];
            }

            again = false;
            for (var i = 0; i < weights.Length; i++)
            {
                shares[i] = isFull[i] ? once : weights[i] > 0 ? Math.Max(0, left) / sum * weights[i] : 0;
                again |= !isFull[i] && shares[i] > once;
                isFull[i] |= shares[i] > once;
            }
        }

        return shares;
    }

    private static long Coarse(long bytes)
    {
        var dropped = Math.Max(0, BitOperations.Log2((ulong)bytes | 1) + 1 - LeadingBits);
        return bytes >> dropped << dropped;
    }
}

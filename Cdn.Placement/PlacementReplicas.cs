using System.Collections.Immutable;

namespace Cdn.Placement;

/// <summary>
/// The replicas, by number, and weighted rendezvous hashing over them. Every pair of a video and a replica has a cost, an
/// exponential random number divided by the replica's weight; a video goes to the cheapest ones. So each replica is chosen as
/// often as its weight says, and when one leaves only what it had is chosen anew (Thaler and Ravishankar 1998; Schindelhauer and
/// Schomaker 2005).
/// </summary>
internal sealed class PlacementReplicas
{
    /// <summary>The number of no replica.</summary>
    public const ushort None = ushort.MaxValue;

    /// <summary>2^-63: makes a number of 63 bits one from 0 to 1.</summary>
    private const double Unit = 1.0 / (1UL << 63);

    /// <summary>Replicas that are found one by one: 32. For more of them, all are sorted.</summary>
    private const int Few = 32;

    private readonly ulong[] _seeds;
    private readonly double[] _weights;
    private readonly double[] _scales;

    public PlacementReplicas(IEnumerable<PlacementReplica> replicas)
    {
        All = [.. replicas];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(All.Length, None);
        var largest = All.Max(replica => replica.Capacity) ?? 1;
        _seeds = [.. All.Select(replica => Rendezvous.Seed(Rendezvous.Hash(replica.Name)))];
        _weights = [.. All.Select(replica => replica.IsIn ? Math.Max(replica.Capacity ?? largest, 0) : 0.0)];
        _scales = [.. _weights.Select(weight => Unit / weight)];
        In = _weights.Count(weight => weight > 0);
    }

    /// <summary>All of them; the index is the number.</summary>
    public ImmutableArray<PlacementReplica> All { get; }

    /// <summary>How many get videos.</summary>
    public int In { get; }

    /// <summary>
    /// What a replica counts for: its capacity, and if it has no limit as much as the largest. 0 if it gets no videos.
    /// </summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The numbers of those that count for something else than in another set of the same replicas.</summary>
    public ImmutableArray<ushort> ChangedSince(PlacementReplicas before) =>
        [.. Enumerable.Range(0, All.Length).Where(i => _weights[i] != before._weights[i]).Select(i => (ushort)i)];

    /// <summary>Finds the cheapest replicas for a video, in order; with fewer replicas the rest is <see cref="None"/>.</summary>
    public void Best(ulong key, Span<ushort> best)
    {
        if (best.Length > Few)
        {
            InOrder(key).AsSpan(0, best.Length).CopyTo(best);
            return;
        }

        Span<double> costs = stackalloc double[best.Length];
        best.Fill(None);
        costs.Fill(double.PositiveInfinity);
        var worst = double.PositiveInfinity;
        var seeds = _seeds;
        var scales = _scales.AsSpan(0, seeds.Length);
        for (var i = 0; i < seeds.Length; i++)
        {
            var uniform = Uniform(key, seeds[i]);
            if (uniform * scales[i] < worst && Cost(uniform, scales[i]) is var cost && cost < worst)
            {
                var at = best.Length - 1;
                for (; at > 0 && cost < costs[at - 1]; at--)
                {
                    (costs[at], best[at]) = (costs[at - 1], best[at - 1]);
                }

                (costs[at], best[at]) = (cost, (ushort)i);
                worst = costs[^1];
            }
        }
    }

    /// <summary>What a replica costs a video. Infinite for one that gets none.</summary>
    public double Cost(ulong key, int replica) => Cost(Uniform(key, _seeds[replica]), _scales[replica]);

    /// <summary>All replicas from the cheapest; those that get no videos are <see cref="None"/>, at the end.</summary>
    private ushort[] InOrder(ulong key)
    {
        var costs = new double[_seeds.Length];
        var order = new ushort[_seeds.Length];
        for (var i = 0; i < order.Length; i++)
        {
            costs[i] = Cost(key, i);
            order[i] = double.IsFinite(costs[i]) ? (ushort)i : None;
        }

        Array.Sort(costs, order);
        return order;
    }

    /// <summary>A number of 63 bits, never 0.</summary>
    private static double Uniform(ulong key, ulong seed) => (long)((Rendezvous.RankOf(key, seed) >> 1) | 1);

    /// <summary>
    /// -ln(1 - u) / weight. It is never below u / weight, which is why most replicas are ruled out by a multiplication.
    /// </summary>
    private static double Cost(double uniform, double scale) =>
        Math.Max(uniform, Math.Log(1 - (uniform * Unit)) / -Unit) * scale;
}

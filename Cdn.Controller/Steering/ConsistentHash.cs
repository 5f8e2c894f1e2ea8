using Cdn.Controller.Cluster;
using Cdn.Placement;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.ServiceDefaults.Discovery;

namespace Cdn.Controller.Steering;

/// <summary>
/// <c>consistent-hash</c>: the same replica for the same video, so that its page cache is used, as long as that one has not more
/// than a quarter above the mean to do; then the next in the video's own order (consistent hashing with bounded loads, by
/// rendezvous).
/// </summary>
internal sealed class ConsistentHash(ReplicaDirectory replicas, TimeProvider time) : ISteeringPolicy
{
    /// <summary>How far above the mean a replica may be: a quarter.</summary>
    private const double Bound = 1.25;

    /// <summary>How long an assignment counts: 10 s, in which a burst shows and a quiet night does not.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly RecentCount[] _assigned = [.. replicas.Names.Select(_ => new RecentCount(Window, time))];

    public int Choose(ReadOnlySpan<int> candidates, ClusterSnapshot snapshot, ulong video)
    {
        var now = time.GetTimestamp();
        var total = 1.0; // With this request.
        foreach (var index in candidates)
        {
            total += _assigned[index].At(now);
        }

        var limit = Bound * total / candidates.Length;
        var (chosen, best) = (candidates[0], 0UL);
        foreach (var index in candidates)
        {
            // Compared without this request: of few, one more is more than a quarter. The least loaded is never above the mean,
            // and so below.
            if (_assigned[index].At(now) < limit && Rendezvous.Rank(video, snapshot.Replicas[index].Hash) is var rank && rank >= best)
            {
                (chosen, best) = (index, rank);
            }
        }

        return chosen;
    }

    public void Assign(int replica) => _assigned[replica].Add();
}

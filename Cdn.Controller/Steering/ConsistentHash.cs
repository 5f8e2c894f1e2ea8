using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;

namespace Cdn.Controller.Steering;

/// <summary>
/// <c>consistent-hash</c>: the same replica for the same video, so that its page cache is used, as long as that one has not more than a
/// quarter above the mean to do; then the next in the video's own order (consistent hashing with bounded loads, by rendezvous).
/// </summary>
internal sealed class ConsistentHash(ReplicaDirectory replicas, TimeProvider time) : ISteeringPolicy
{
    /// <summary>How far above the mean a replica may be: a quarter.</summary>
    private const double Bound = 1.25;

    private readonly RecentAssignments _recent = new(replicas.Names.Length, time);

    public int Choose(ReadOnlySpan<int> candidates, ClusterSnapshot snapshot, VideoName video)
    {
        var share = _recent.Turn();
        var total = 1.0; // With this request.
        foreach (var index in candidates)
        {
            total += _recent.Of(index, share);
        }

        var limit = Bound * total / candidates.Length;
        var hash = Rendezvous.Hash(video.Value);
        var (chosen, best) = (candidates[0], 0UL);
        foreach (var index in candidates)
        {
            // Compared without this request: of few, one more is more than a quarter. The least loaded is never above the mean, and so below.
            if (_recent.Of(index, share) < limit && Rendezvous.Rank(hash, snapshot.Replicas[index].Hash) is var rank && rank >= best)
            {
                (chosen, best) = (index, rank);
            }
        }

        return chosen;
    }

    public void Assign(int replica) => _recent.Add(replica);
}

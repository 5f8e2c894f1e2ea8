using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;

namespace Cdn.Controller.Steering;

/// <summary>
/// <c>least-outstanding</c>: of two that are drawn, the one with less to do: what it reported last, and what it was assigned since. Two
/// draws are nearly as good as comparing all, and do not send everybody to the same one at the same time.
/// </summary>
internal sealed class LeastOutstanding(ReplicaDirectory replicas) : ISteeringPolicy
{
    private readonly int[] _assigned = new int[replicas.Names.Length];
    private readonly long[] _reportedAt = new long[replicas.Names.Length];

    public int Choose(ReadOnlySpan<int> candidates, ClusterSnapshot snapshot, VideoName video)
    {
        var chosen = candidates[Random.Shared.Next(candidates.Length)];
        if (candidates.Length > 1)
        {
            var other = candidates[Random.Shared.Next(candidates.Length)];
            chosen = LoadOf(other, snapshot) < LoadOf(chosen, snapshot) ? other : chosen;
        }

        Interlocked.Increment(ref _assigned[chosen]);
        return chosen;
    }

    private int LoadOf(int index, ClusterSnapshot snapshot)
    {
        var replica = snapshot.Replicas[index];
        if (Interlocked.Exchange(ref _reportedAt[index], replica.AskedAt) != replica.AskedAt)
        {
            Volatile.Write(ref _assigned[index], 0); // The report has them.
        }

        return replica.Load + Volatile.Read(ref _assigned[index]);
    }
}

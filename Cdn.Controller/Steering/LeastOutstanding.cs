using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;

namespace Cdn.Controller.Steering;

/// <summary>
/// <c>least-outstanding</c>: of two that are drawn, the one with less to do: what it reported last, and what it was assigned
/// since. Two draws are nearly as good as comparing all, and do not send everybody to the same one at the same time.
/// </summary>
internal sealed class LeastOutstanding(ReplicaDirectory replicas) : ISteeringPolicy
{
    private readonly int[] _assigned = new int[replicas.Names.Length];
    private readonly long[] _reportedAt = new long[replicas.Names.Length];

    public int Choose(ReadOnlySpan<int> candidates, ClusterSnapshot snapshot, ulong video)
    {
        var first = Random.Shared.Next(candidates.Length);
        if (candidates.Length == 1)
        {
            return candidates[first];
        }

        // Never the same one twice: a busy one would win against itself.
        var second = Random.Shared.Next(candidates.Length - 1);
        var (one, other) = (candidates[first], candidates[second < first ? second : second + 1]);
        return LoadOf(other, snapshot) < LoadOf(one, snapshot) ? other : one;
    }

    public void Assign(int replica) => Interlocked.Increment(ref _assigned[replica]);

    private int LoadOf(int index, ClusterSnapshot snapshot)
    {
        var replica = snapshot.Replicas[index];
        var known = Volatile.Read(ref _reportedAt[index]);

        // Only for a later report: a request that still goes by an older snapshot must not forget what was assigned.
        if (replica.AskedAt.Ticks > known && Interlocked.CompareExchange(ref _reportedAt[index], replica.AskedAt.Ticks, known) == known)
        {
            Volatile.Write(ref _assigned[index], 0); // The report has them.
        }

        return replica.Load + Volatile.Read(ref _assigned[index]);
    }
}

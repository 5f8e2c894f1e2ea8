using Cdn.Controller.Cluster;

namespace Cdn.Controller.Steering;

/// <summary><c>round-robin</c>: one after the other. Where there is no choice, nobody loses a turn.</summary>
internal sealed class RoundRobin : ISteeringPolicy
{
    private uint _turn;

    public int Choose(ReadOnlySpan<int> candidates, ClusterSnapshot snapshot, ulong video) =>
        candidates.Length == 1 ? candidates[0] : candidates[(int)((Interlocked.Increment(ref _turn) - 1) % (uint)candidates.Length)];
}

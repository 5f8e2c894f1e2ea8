using Cdn.Controller.Cluster;

namespace Cdn.Controller.Steering;

/// <summary>
/// Chooses among replicas that are equally able to serve a request. Takes no lock, does no I/O, allocates nothing.
/// </summary>
internal interface ISteeringPolicy
{
    /// <param name="candidates">Who can serve it, as numbers of the snapshot's replicas; never empty.</param>
    /// <param name="snapshot">What is known.</param>
    /// <param name="video">Stable hash of the name of the video that is asked for.</param>
    /// <returns>One of the candidates.</returns>
    int Choose(ReadOnlySpan<int> candidates, ClusterSnapshot snapshot, ulong video);

    /// <summary>A client is sent to a replica. A policy that does not go by load need not know.</summary>
    void Assign(int replica)
    {
    }
}

using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Steering;

/// <summary>Where a request is sent, or why nowhere.</summary>
internal enum SteeringResult
{
    /// <summary>To the replica that is named.</summary>
    Redirect,

    /// <summary>The catalog has no such video.</summary>
    Unknown,

    /// <summary>There is such a video, or there may be, but nobody can serve it now.</summary>
    Unavailable,
}

/// <summary>
/// Step R2: picks a replica by round-robin over those that are up and proven to hold the video. Reads one immutable snapshot;
/// takes no lock and does no I/O.
/// </summary>
internal sealed class RoundRobin(ClusterState cluster)
{
    private uint _turn;

    /// <param name="video">The video that is asked for.</param>
    /// <param name="failed">A replica that has just failed this request, and is not to be named again.</param>
    /// <param name="replica">The replica picked.</param>
    public SteeringResult Pick(VideoName video, string? failed, out string replica)
    {
        replica = "";
        var snapshot = cluster.Current;
        CatalogVideo? current = null;
        if (snapshot.Catalog is { } catalog && !catalog.Videos.TryGetValue(video, out current) && !catalog.IsRemembered)
        {
            return SteeringResult.Unknown;
        }

        // The turn is taken once, so that the next request goes on with the next replica whatever this one finds.
        var turn = Interlocked.Increment(ref _turn) - 1;
        var best = 0;
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            var candidate = snapshot.Replicas[(int)((turn + (uint)i) % (uint)snapshot.Replicas.Length)];
            var suitability = candidate.Name == failed ? 0 : Suitability(candidate, video, current);
            if (suitability > best)
            {
                (best, replica) = (suitability, candidate.Name);
            }
        }

        return best > 0 ? SteeringResult.Redirect : SteeringResult.Unavailable;
    }

    /// <summary>
    /// 0: cannot serve it. An older version is better than none while the new one is on its way; a draining or a
    /// suspect replica is better than an error. Without a catalog (the origin was never there since the start) what replicas hold is all there is.
    /// </summary>
    private static int Suitability(ReplicaView replica, VideoName video, CatalogVideo? current) =>
        !replica.Inventory.TryGetValue(video, out var held) ? 0
        : (replica.State != ReplicaState.Up ? 1 : replica.IsDraining ? 3 : 5) + (current is null || held.Sha256 == current.Sha256 ? 1 : 0);
}

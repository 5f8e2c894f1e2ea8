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

    /// <summary>There is such a video, or there may be, and no replica has it.</summary>
    HeldNowhere,

    /// <summary>Those who have it are down.</summary>
    HoldersDown,
}

/// <summary>
/// Step R2: finds out who can serve a request best, and has the policy choose among those. Reads one immutable snapshot; takes no lock
/// and does no I/O.
/// </summary>
internal sealed class ReplicaSelector(ClusterState cluster, ISteeringPolicy policy)
{
    /// <summary>Replicas up to which nothing is allocated: 256.</summary>
    private const int OnStack = 256;

    /// <param name="video">The video that is asked for.</param>
    /// <param name="failed">A replica that has just failed this request, and is not to be named again.</param>
    /// <param name="replica">The replica chosen.</param>
    public SteeringResult Select(VideoName video, string? failed, out string replica)
    {
        replica = "";
        var snapshot = cluster.Current;
        if (!TryFind(snapshot, video, out var current))
        {
            return SteeringResult.Unknown;
        }

        var candidates = snapshot.Replicas.Length <= OnStack ? stackalloc int[OnStack] : new int[snapshot.Replicas.Length];
        var (count, best) = (0, 1);
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            var suitability = snapshot.Replicas[i].Name == failed ? 0 : Suitability(snapshot.Replicas[i], video, current);
            if (suitability > best)
            {
                (count, best) = (0, suitability);
            }

            if (suitability == best)
            {
                candidates[count++] = i;
            }
        }

        if (count == 0)
        {
            return snapshot.Replicas.Any(one => one.Lost.ContainsKey(video)) ? SteeringResult.HoldersDown : SteeringResult.HeldNowhere;
        }

        replica = snapshot.Replicas[policy.Choose(candidates[..count], snapshot, video)].Name;
        return SteeringResult.Redirect;
    }

    /// <summary>All replicas that can serve a video now, the one that the policy chooses first, then by how well they can.</summary>
    public SteeringResult Order(VideoName video, out IReadOnlyList<string> replicas)
    {
        var result = Select(video, null, out var first);
        var snapshot = cluster.Current;
        _ = TryFind(snapshot, video, out var current);
        replicas = result != SteeringResult.Redirect ? [] :
        [
            first,
            .. snapshot.Replicas
                .Where(replica => replica.Name != first)
                .Select(replica => (replica.Name, Suitability: Suitability(replica, video, current)))
                .Where(entry => entry.Suitability > 0)
                .OrderByDescending(entry => entry.Suitability)
                .Select(entry => entry.Name),
        ];
        return result;
    }

    /// <summary>Whether the catalog has it. Without one, or with one of an earlier process, what replicas hold is all there is.</summary>
    private static bool TryFind(ClusterSnapshot snapshot, VideoName video, out CatalogVideo? current)
    {
        current = null;
        return snapshot.Catalog is not { } catalog || catalog.Videos.TryGetValue(video, out current) || catalog.IsRemembered;
    }

    /// <summary>
    /// 0: cannot serve it. An older version is better than none while the new one is on its way; a draining or a suspect replica is better
    /// than an error.
    /// </summary>
    private static int Suitability(ReplicaView replica, VideoName video, CatalogVideo? current) =>
        !replica.Inventory.TryGetValue(video, out var held) ? 0
        : (replica.State != ReplicaState.Up ? 1 : replica.IsDraining ? 3 : 5) + (current is null || held.Sha256 == current.Sha256 ? 1 : 0);
}

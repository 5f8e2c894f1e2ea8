using System.Runtime.InteropServices;
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
            var suitability = snapshot.Replicas[i].Name == failed ? 0 : Suitability(snapshot, snapshot.Replicas[i], video, current);
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
            return WhyNowhere(snapshot, video);
        }

        var chosen = policy.Choose(candidates[..count], snapshot, video);
        policy.Assign(chosen);
        replica = snapshot.Replicas[chosen].Name;
        return SteeringResult.Redirect;
    }

    /// <summary>
    /// All replicas that can serve a video now: by how well they can, and among equals the one where the client is, then as the policy
    /// chooses. A client that is well where it is stays there; a player that moved with every answer would use nobody's page cache.
    /// </summary>
    /// <param name="video">The video that is asked for.</param>
    /// <param name="isAt">The replica that the client has been using; null or unknown for none.</param>
    /// <param name="replicas">Names, the best first.</param>
    public SteeringResult Order(VideoName video, string? isAt, out IReadOnlyList<string> replicas)
    {
        replicas = [];
        var snapshot = cluster.Current;
        if (!TryFind(snapshot, video, out var current))
        {
            return SteeringResult.Unknown;
        }

        var ordered = new List<int>();
        foreach (var equals in Enumerable.Range(0, snapshot.Replicas.Length)
            .GroupBy(index => Suitability(snapshot, snapshot.Replicas[index], video, current))
            .Where(group => group.Key > 0)
            .OrderByDescending(group => group.Key))
        {
            var left = equals.ToList();
            while (left.Count > 0)
            {
                var stays = left.FindIndex(index => snapshot.Replicas[index].Name == isAt);
                var next = stays >= 0 ? left[stays] : policy.Choose(CollectionsMarshal.AsSpan(left), snapshot, video);
                ordered.Add(next);
                left.Remove(next);
            }
        }

        if (ordered.Count == 0)
        {
            return WhyNowhere(snapshot, video);
        }

        policy.Assign(ordered[0]);
        replicas = [.. ordered.Select(index => snapshot.Replicas[index].Name)];
        return SteeringResult.Redirect;
    }

    /// <summary>Whoever still has it in its inventory when nobody can be named is the one that has just failed.</summary>
    private static SteeringResult WhyNowhere(ClusterSnapshot snapshot, VideoName video) =>
        snapshot.Replicas.Any(replica => replica.Lost.ContainsKey(video) || replica.Inventory.ContainsKey(video))
            ? SteeringResult.HoldersDown
            : SteeringResult.HeldNowhere;

    /// <summary>Whether the catalog has it. Without one, or with one of an earlier process, what replicas hold is all there is.</summary>
    private static bool TryFind(ClusterSnapshot snapshot, VideoName video, out CatalogVideo? current)
    {
        current = null;
        return snapshot.Catalog is not { } catalog || catalog.Videos.TryGetValue(video, out current) || catalog.IsRemembered;
    }

    /// <summary>
    /// 0: cannot serve it. An older version is better than none while the new one is on its way; a draining or a suspect replica is better
    /// than an error; and so is one that has the content under the name that the video had until now, and only has to link it.
    /// </summary>
    private static int Suitability(ClusterSnapshot snapshot, ReplicaView replica, VideoName video, CatalogVideo? current) =>
        replica.Inventory.TryGetValue(video, out var held)
            ? (replica.State != ReplicaState.Up ? 1 : replica.IsDraining ? 4 : 6) + (current is null || held.Sha256 == current.Sha256 ? 1 : 0)
        : current is not null && replica.State == ReplicaState.Up && snapshot.Catalog!.Moved.TryGetValue(video, out var old)
            && replica.Inventory.TryGetValue(old, out held) && held.Sha256 == current.Sha256 ? 3
        : 0;
}

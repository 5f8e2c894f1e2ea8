using System.Runtime.InteropServices;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Placement;

namespace Cdn.Controller.Steering;

/// <summary>
/// Step R2: finds out who can serve a request best, and has the policy choose among those. Reads one immutable snapshot; takes no
/// lock, does no I/O and allocates nothing.
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
        var snapshot = cluster.Current;
        return Select(snapshot, snapshot.Videos.GetValueOrDefault(video), failed, out replica);
    }

    /// <summary>The same for what the snapshot has of it.</summary>
    /// <param name="snapshot">What is known.</param>
    /// <param name="row">The video; null if nothing is known of it.</param>
    /// <param name="failed">See there.</param>
    /// <param name="replica">See there.</param>
    public SteeringResult Select(ClusterSnapshot snapshot, VideoRow? row, string? failed, out string replica)
    {
        replica = "";
        if (row is null || !MayExist(snapshot, row))
        {
            return Unknown(snapshot);
        }

        var candidates = snapshot.Replicas.Length <= OnStack ? stackalloc int[OnStack] : new int[snapshot.Replicas.Length];
        var (count, best) = (0, Suitability.None + 1);
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            var suitability = snapshot.Replicas[i].Name == failed ? Suitability.None : Suitability.Of(snapshot, i, row);
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
            return row.IsHeldAnywhere ? SteeringResult.HoldersDown : SteeringResult.HeldNowhere;
        }

        var chosen = best > Suitability.BestOfThoseWithoutIt
            ? policy.Choose(candidates[..count], snapshot, row.Name.StableHash)
            : FirstToGetIt(candidates[..count], snapshot, row.Current!);
        policy.Assign(chosen);
        replica = snapshot.Replicas[chosen].Name;
        return SteeringResult.Redirect;
    }

    /// <summary>
    /// All replicas that can serve a video now: by how well they can, and among equals the one where the client is, then as the
    /// policy chooses. A client that is well where it is stays there; a player that moved with every answer would use nobody's
    /// page cache.
    /// </summary>
    /// <param name="video">The video that is asked for.</param>
    /// <param name="isAt">The replica that the client has been using; null or unknown for none.</param>
    /// <param name="replicas">Names, the best first.</param>
    public SteeringResult Order(VideoName video, string? isAt, out IReadOnlyList<string> replicas)
    {
        replicas = [];
        var snapshot = cluster.Current;
        if (snapshot.Videos.GetValueOrDefault(video) is not { } row || !MayExist(snapshot, row))
        {
            return Unknown(snapshot);
        }

        var ordered = new List<int>();
        foreach (var equals in Enumerable.Range(0, snapshot.Replicas.Length)
            .GroupBy(index => Suitability.Of(snapshot, index, row))
            .Where(group => group.Key > Suitability.None)
            .OrderByDescending(group => group.Key))
        {
            if (equals.Key <= Suitability.BestOfThoseWithoutIt && ordered.Count > 0)
            {
                break; // Nobody has to get it as long as somebody has it.
            }

            var left = equals.ToList();
            while (left.Count > 0)
            {
                var stays = left.FindIndex(index => snapshot.Replicas[index].Name == isAt);
                var next = stays >= 0 ? left[stays] : policy.Choose(CollectionsMarshal.AsSpan(left), snapshot, video.StableHash);
                ordered.Add(next);
                left.Remove(next);
            }
        }

        if (ordered.Count == 0)
        {
            return row.IsHeldAnywhere ? SteeringResult.HoldersDown : SteeringResult.HeldNowhere;
        }

        policy.Assign(ordered[0]);
        replicas = [.. ordered.Select(index => snapshot.Replicas[index].Name)];
        return SteeringResult.Redirect;
    }

    /// <summary>
    /// Who is sent it first, as <see cref="Fill.PushRoute"/> has it: so those who ask before it is there read along with the
    /// push, and it crosses the wire once.
    /// </summary>
    private static int FirstToGetIt(ReadOnlySpan<int> candidates, ClusterSnapshot snapshot, CatalogVideo video)
    {
        var (first, lowest) = (candidates[0], ulong.MaxValue);
        foreach (var index in candidates)
        {
            if (Rendezvous.Rank(video.Sha256.Leading, snapshot.Replicas[index].Hash) is var rank && rank < lowest)
            {
                (first, lowest) = (index, rank);
            }
        }

        return first;
    }

    /// <summary>
    /// Whether the catalog has it. Without one, or with one of an earlier process, what replicas hold is all there is.
    /// </summary>
    private static bool MayExist(ClusterSnapshot snapshot, VideoRow row) => row.Current is not null || snapshot.Catalog is not { IsRemembered: false };

    /// <summary>Without a catalog, or with one of an earlier process, it may be a new one.</summary>
    private static SteeringResult Unknown(ClusterSnapshot snapshot) =>
        snapshot.Catalog is { IsRemembered: false } ? SteeringResult.Unknown : SteeringResult.HeldNowhere;
}

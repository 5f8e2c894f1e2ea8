using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>What has to happen so that one replica holds what belongs there. A pure function of what is known.</summary>
/// <param name="Push">
/// Missing or stale videos, and those held only by chance. What is in demand comes first, then small ones: most of them are there soonest.
/// </param>
/// <param name="Remove">
/// Held videos that the catalog has no more. One whose content is to be pushed under another name stays until that is there: the
/// replica links
/// what it has, and nothing is sent.
/// </param>
/// <param name="Surplus">Held videos that belong elsewhere, and are there.</param>
internal sealed record FillPlan(ImmutableArray<CatalogVideo> Push, ImmutableArray<VideoName> Remove, ImmutableArray<VideoName> Surplus)
{
    /// <summary>Nothing to do.</summary>
    public static FillPlan Nothing { get; } = new([], [], []);

    /// <summary>Step F4. What does not belong here any more goes only when it is proven to be wherever it belongs.</summary>
    public static FillPlan For(ClusterSnapshot snapshot, ReplicaView replica)
    {
        var (videos, index) = (snapshot.Catalog!.Videos, snapshot.IndexOf(replica.Name));
        ImmutableArray<CatalogVideo> push =
        [
            .. videos.Values
                .Where(video => snapshot.Belongs(index, video.Name) && !replica.Keeps(video))
                .OrderByDescending(video => snapshot.Demand.LatestRequests(video.Name))
                .ThenBy(video => video.Size)
                .ThenBy(video => video.Name.Value, StringComparer.Ordinal), // Much the same order for all replicas, so that chains form.
        ];
        var wanted = push.Select(video => video.Sha256).ToHashSet();
        ImmutableArray<VideoName> remove =
        [
            .. replica.Inventory.Values.Where(held => !videos.ContainsKey(held.Name) && !wanted.Contains(held.Sha256)).Select(held => held.Name),
        ];
        ImmutableArray<VideoName> surplus = [.. replica.Inventory.Values.Where(IsSurplus).Select(held => held.Name)];
        return push.IsEmpty && remove.IsEmpty && surplus.IsEmpty ? Nothing : new FillPlan(push, remove, surplus);

        bool IsSurplus(HeldVideo held) => videos.TryGetValue(held.Name, out var video)
            && held.Pinned && !snapshot.Belongs(index, held.Name) && snapshot.IsWhereItBelongs(video);
    }
}

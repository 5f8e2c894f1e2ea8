using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>What has to happen so that one replica holds what belongs there. A pure function of what is known.</summary>
/// <param name="Push">Missing or stale videos, and those held only by chance; small ones first: most of them are there soonest.</param>
/// <param name="Remove">Held videos that the catalog has no more, or that belong elsewhere and are there.</param>
internal sealed record FillPlan(ImmutableArray<CatalogVideo> Push, ImmutableArray<VideoName> Remove)
{
    /// <summary>Nothing to do.</summary>
    public static FillPlan Nothing { get; } = new([], []);

    /// <summary>Step F4. What does not belong here any more goes only when it is proven to be wherever it belongs.</summary>
    public static FillPlan For(ClusterSnapshot snapshot, ReplicaView replica)
    {
        var (videos, index) = (snapshot.Catalog!.Videos, snapshot.IndexOf(replica.Name));
        ImmutableArray<CatalogVideo> push =
        [
            .. videos.Values
                .Where(video => snapshot.Belongs(index, video.Name) && !replica.Keeps(video))
                .OrderBy(video => video.Size)
                .ThenBy(video => video.Name.Value, StringComparer.Ordinal), // The same order for all replicas, so that chains form.
        ];
        ImmutableArray<VideoName> remove = [.. replica.Inventory.Values.Where(IsTooMuch).Select(held => held.Name)];
        return push.IsEmpty && remove.IsEmpty ? Nothing : new FillPlan(push, remove);

        bool IsTooMuch(HeldVideo held) => !videos.TryGetValue(held.Name, out var video)
            || (held.Pinned && !snapshot.Belongs(index, held.Name) && snapshot.IsWhereItBelongs(video));
    }
}

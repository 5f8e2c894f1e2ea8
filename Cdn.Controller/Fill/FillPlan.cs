using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>What has to happen so that one replica holds what the catalog has. A pure function of the two.</summary>
/// <param name="Push">Missing or stale videos, and those held only by chance; small ones first: most of them are there soonest.</param>
/// <param name="Remove">Held videos that the catalog has no more.</param>
internal sealed record FillPlan(ImmutableArray<CatalogVideo> Push, ImmutableArray<VideoName> Remove)
{
    /// <summary>Nothing to do.</summary>
    public static FillPlan Nothing { get; } = new([], []);

    /// <summary>Step F4, for the placement that every replica holds everything.</summary>
    public static FillPlan For(CatalogView catalog, ReplicaView replica)
    {
        ImmutableArray<CatalogVideo> push =
        [
            .. catalog.Videos.Values
                .Where(video => !replica.Keeps(video))
                .OrderBy(video => video.Size)
                .ThenBy(video => video.Name.Value, StringComparer.Ordinal), // The same order for all replicas, so that chains form.
        ];
        ImmutableArray<VideoName> remove = [.. replica.Inventory.Keys.Where(name => !catalog.Videos.ContainsKey(name))];
        return push.IsEmpty && remove.IsEmpty ? Nothing : new FillPlan(push, remove);
    }
}

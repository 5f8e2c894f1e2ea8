using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Placement;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Cluster;

/// <summary>
/// Everything that the controller knows, at one moment. It is never changed: a request, a plan or a health check takes one and
/// sees a consistent whole. Two of them share what is the same, so what differs is found without looking at the rest.
/// </summary>
/// <param name="Epoch">Grows with every change that matters to steering or filling.</param>
/// <param name="Catalog">Which catalog the rows are of; null until one was read to its end.</param>
/// <param name="Videos">Every name that the catalog has or a replica holds.</param>
/// <param name="Replicas">All configured replicas, in natural order.</param>
internal sealed record ClusterSnapshot(
    long Epoch, CatalogView? Catalog, PersistentMap<VideoName, VideoRow> Videos, ImmutableArray<ReplicaView> Replicas)
{
    /// <summary>Purges that not every replica has confirmed.</summary>
    public PurgeLog Purges { get; init; } = PurgeLog.Empty;

    /// <summary>Whether not every replica is to hold everything.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Which video belongs where; null if every replica holds everything, or while it is not known yet.</summary>
    public PlacementPlan? Plan { get; init; }

    /// <summary>The catalog that <see cref="Plan"/> was made for.</summary>
    public CatalogView? PlannedFor { get; init; }

    /// <summary>What was asked for lately.</summary>
    public DemandView Demand { get; init; } = DemandView.Nothing;

    /// <summary>Sums over all rows.</summary>
    public ClusterCounts Counts { get; init; } = ClusterCounts.Of(Replicas.Length);

    /// <summary>What cannot be filled, and why.</summary>
    public FillTroubles Troubles { get; init; } = FillTroubles.None;

    /// <summary>Whether it is known where everything belongs.</summary>
    public bool IsPlanned => !IsPartial || (Plan is not null && PlannedFor == Catalog);

    /// <summary>Whether a video belongs on a replica. One that the plan does not know yet belongs nowhere yet.</summary>
    /// <param name="replica">Its number.</param>
    /// <param name="row">The video.</param>
    public bool Belongs(int replica, VideoRow row) =>
        row.Current is not null && (!IsPartial || Plan?.Belongs(replica, row.Name) == true);

    /// <summary>Whether a replica is to get the current version.</summary>
    public bool Lacks(int replica, VideoRow row) => !row.Keepers.Contains(replica) && Belongs(replica, row);

    /// <summary>Whether all replicas that a video belongs on hold it for good.</summary>
    public bool IsWhereItBelongs(VideoRow row)
    {
        var homes = Plan is { } plan ? plan.ReplicasOf(row.Name) : [];
        foreach (var home in homes)
        {
            if (!row.Keepers.Contains(home))
            {
                return false;
            }
        }

        return homes.Length > 0;
    }

    /// <summary>What a replica is to hold.</summary>
    /// <param name="replica">Its number.</param>
    public PlannedLoad Planned(int replica) => IsPartial ? Plan?.LoadOf(replica) ?? default : Counts.Catalog;

    /// <summary>What of that it proves to hold in its current version.</summary>
    /// <param name="replica">Its number.</param>
    public PlannedLoad Proven(int replica) => Replicas[replica].State == ReplicaState.Down ? default : Counts.Proven[replica];

    /// <summary>Whether a replica is up and proves to hold what belongs there, and nothing that was purged.</summary>
    /// <param name="replica">Its number.</param>
    public bool IsWhole(int replica) => Replicas[replica].State == ReplicaState.Up
        && Replicas[replica].Missed == MissedPurges.None
        && Proven(replica).Videos == Planned(replica).Videos;

    /// <summary>The number of a replica; negative if there is none of this name.</summary>
    public int IndexOf(string replica)
    {
        for (var i = 0; i < Replicas.Length; i++)
        {
            if (Replicas[i].Name == replica)
            {
                return i;
            }
        }

        return -1;
    }
}

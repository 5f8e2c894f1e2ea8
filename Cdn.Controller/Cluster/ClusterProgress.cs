using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Cdn.Contracts;
using Cdn.Placement;

namespace Cdn.Controller.Cluster;

/// <summary>How far the filling of all replicas is. A video that belongs on two replicas counts twice.</summary>
/// <param name="VideosProven">Copies that are proven.</param>
/// <param name="VideosAssigned">Copies that the plan asks for.</param>
/// <param name="BytesProven">Bytes of the copies that are proven.</param>
/// <param name="BytesAssigned">Bytes of the copies that the plan asks for.</param>
internal readonly record struct ClusterProgress(long VideosProven, long VideosAssigned, long BytesProven, long BytesAssigned)
{
    /// <summary>The progress of a snapshot; null while it is not known what belongs where.</summary>
    public static ClusterProgress? Of(ClusterSnapshot snapshot)
    {
        if (snapshot.Catalog is not { IsRemembered: false } || !snapshot.IsPlanned)
        {
            return null;
        }

        var progress = default(ClusterProgress);
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            var (proven, planned) = (snapshot.Proven(snapshot.Replicas[i]), snapshot.Planned(i));
            progress = new(
                progress.VideosProven + proven.Videos, progress.VideosAssigned + planned.Videos,
                progress.BytesProven + proven.Bytes, progress.BytesAssigned + planned.Bytes);
        }

        return progress;
    }
}

/// <summary>
/// What is counted once for each inventory: walking through a million entries at every request would cost more than all else.
/// Most snapshots share their inventories with the one before.
/// </summary>
internal static class InventoryCounts
{
    private static readonly ConditionalWeakTable<FrozenDictionary<VideoName, HeldVideo>, Proof> Proven = [];
    private static readonly ConditionalWeakTable<FrozenDictionary<VideoName, HeldVideo>, StrongBox<long>> Bytes = [];

    /// <summary>What a replica holds of what it is to hold, in its current version.</summary>
    public static PlannedLoad ProvenBy(ClusterSnapshot snapshot, ReplicaView replica)
    {
        if (snapshot.Catalog is not { } catalog)
        {
            return default;
        }

        if (!Proven.TryGetValue(replica.Inventory, out var proof) || proof.Catalog != catalog || proof.Plan != snapshot.Plan)
        {
            proof = new Proof(catalog, snapshot.Plan, Count(snapshot, replica, catalog));
            Proven.AddOrUpdate(replica.Inventory, proof);
        }

        return proof.Load;
    }

    /// <summary>Bytes of everything that an inventory lists.</summary>
    public static long BytesOf(FrozenDictionary<VideoName, HeldVideo> inventory) =>
        Bytes.GetValue(inventory, static held => new StrongBox<long>(held.Values.Sum(video => video.Size))).Value;

    private static PlannedLoad Count(ClusterSnapshot snapshot, ReplicaView replica, CatalogView catalog)
    {
        var (index, load) = (snapshot.IndexOf(replica.Name), default(PlannedLoad));
        foreach (var video in catalog.Videos.Values)
        {
            if (replica.Holds(video) && snapshot.Belongs(index, video.Name))
            {
                load = load.Add(1, video.Size);
            }
        }

        return load;
    }

    private sealed record Proof(CatalogView Catalog, PlacementPlan? Plan, PlannedLoad Load);
}

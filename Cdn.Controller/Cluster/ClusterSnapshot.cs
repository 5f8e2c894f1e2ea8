using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cdn.Contracts;
using Cdn.Controller.Demand;
using Cdn.Placement;

namespace Cdn.Controller.Cluster;

/// <summary>How much a replica can be trusted with a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplicaState>))]
internal enum ReplicaState
{
    /// <summary>It does not answer, or has not answered yet. Nothing is known of what it holds.</summary>
    [JsonStringEnumMemberName("down")]
    Down,

    /// <summary>It failed a request or a probe, and has not proven since that it holds what it held.</summary>
    [JsonStringEnumMemberName("suspect")]
    Suspect,

    /// <summary>It answers, and its inventory is proven.</summary>
    [JsonStringEnumMemberName("up")]
    Up,
}

/// <summary>A replica as the controller sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Whether it may be sent clients.</param>
/// <param name="Inventory">What it proved to hold; empty while it is down.</param>
/// <param name="AskedAt">Timestamp at which the last answered inventory was asked for.</param>
/// <param name="Failure">Why it is not up.</param>
internal sealed record ReplicaView(
    string Name, ReplicaState State, FrozenDictionary<VideoName, HeldVideo> Inventory, long AskedAt, string? Failure)
{
    /// <summary>Everything that it reported, also what it still has to purge.</summary>
    public FrozenDictionary<VideoName, HeldVideo> Reported { get; init; } = Inventory;

    /// <summary>Up to where it has applied purges.</summary>
    public PurgeMark? Mark { get; init; }

    /// <summary>How much it had to do when it was asked last.</summary>
    public int Load { get; init; }

    /// <summary>Bytes that it has room for in all; null if it has no limit.</summary>
    public long? Capacity { get; init; }

    /// <summary>What it held when it went down; empty while it is not.</summary>
    public FrozenDictionary<VideoName, HeldVideo> Lost { get; init; } = FrozenDictionary<VideoName, HeldVideo>.Empty;

    /// <summary>Its place in rendezvous hashing.</summary>
    public ulong Hash { get; } = Rendezvous.Hash(Name);

    /// <summary>The same without what changes with every probe.</summary>
    public ReplicaView Essence => this with { AskedAt = 0, Load = 0 };

    /// <summary>It asked for no more clients: an operator drains it, or it is about to stop.</summary>
    public bool IsDraining { get; init; }

    public static ReplicaView Unknown(string name) =>
        new(name, ReplicaState.Down, FrozenDictionary<VideoName, HeldVideo>.Empty, 0, "not asked yet");

    /// <summary>Whether it proved to hold this version.</summary>
    public bool Holds(CatalogVideo video) => Inventory.TryGetValue(video.Name, out var held) && held.Sha256 == video.Sha256;

    /// <summary>
    /// The same without what it has not purged yet. So a replica that was away during a purge is out for what was purged from the moment
    /// that it is back, and in for everything else.
    /// </summary>
    public ReplicaView Without(PurgeLog purges)
    {
        var missed = purges.MissedBy(Mark).ToList();
        return this with
        {
            Inventory = missed.Count == 0
                ? Reported
                : Reported.Where(held => !missed.Exists(purge => purge.What.Matches(held.Key))).ToFrozenDictionary(),
        };
    }

    /// <summary>Whether it holds this version for good, and not only because somebody asked for it.</summary>
    public bool Keeps(CatalogVideo video) => Holds(video) && Inventory[video.Name].Pinned;
}

/// <summary>The origin's catalog, as it was read last.</summary>
internal sealed record CatalogView(long Revision, FrozenDictionary<VideoName, CatalogVideo> Videos)
{
    /// <summary>
    /// It is what an earlier process had read last, and the origin has not been heard since. Good enough to steer by; nothing is filled or
    /// removed for it.
    /// </summary>
    public bool IsRemembered { get; init; }

    /// <summary>Bytes of all videos.</summary>
    public long Bytes { get; } = Videos.Values.Sum(video => video.Size);

    /// <summary>Videos that no replica holds yet, and another name with their content: what they were called until now.</summary>
    public FrozenDictionary<VideoName, VideoName> Moved { get; init; } = FrozenDictionary<VideoName, VideoName>.Empty;
}

/// <summary>
/// Everything that the controller knows, at one moment. It is never changed: a request, a plan or a health check takes one and
/// sees a consistent whole.
/// </summary>
/// <param name="Epoch">Grows with every change that matters to steering or filling.</param>
/// <param name="Catalog">The catalog; null until it was read for the first time.</param>
/// <param name="Replicas">All configured replicas, in natural order.</param>
internal sealed record ClusterSnapshot(long Epoch, CatalogView? Catalog, ImmutableArray<ReplicaView> Replicas)
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

    /// <summary>Whether it is known where everything belongs. Until then nothing is filled or removed.</summary>
    public bool IsPlanned => !IsPartial || (Plan is not null && PlannedFor == Catalog);

    /// <summary>Whether a video belongs on a replica.</summary>
    /// <param name="replica">Its index.</param>
    /// <param name="video">The video.</param>
    public bool Belongs(int replica, VideoName video) => !IsPartial || Plan?.Belongs(replica, video) == true;

    /// <summary>Whether all replicas that a video belongs on are proven to hold it.</summary>
    public bool IsWhereItBelongs(CatalogVideo video)
    {
        var homes = Plan is { } plan ? plan.ReplicasOf(video.Name) : [];
        foreach (var home in homes)
        {
            if (!Replicas[home].Keeps(video))
            {
                return false;
            }
        }

        return homes.Length > 0;
    }

    /// <summary>What a replica is to hold.</summary>
    /// <param name="replica">Its index.</param>
    public PlannedLoad Planned(int replica) => IsPartial
        ? Plan?.LoadOf(replica) ?? default
        : new PlannedLoad(Catalog?.Videos.Count ?? 0, Catalog?.Bytes ?? 0);

    /// <summary>What of that it proved to hold in its current version.</summary>
    public PlannedLoad Proven(ReplicaView replica) => InventoryCounts.ProvenBy(this, replica);

    /// <summary>The index of a replica.</summary>
    public int IndexOf(string replica)
    {
        for (var i = 0; i < Replicas.Length; i++)
        {
            if (Replicas[i].Name == replica)
            {
                return i;
            }
        }

        throw new ArgumentException($"There is no replica named '{replica}'.", nameof(replica));
    }
}

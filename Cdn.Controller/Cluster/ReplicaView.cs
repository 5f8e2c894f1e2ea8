using System.Text.Json.Serialization;
using Cdn.Contracts;
using Cdn.Placement;

namespace Cdn.Controller.Cluster;

/// <summary>How much a replica can be trusted with a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplicaState>))]
internal enum ReplicaState
{
    /// <summary>It does not answer, has not answered yet, or its inventory is not known. What it held last is no proof.</summary>
    [JsonStringEnumMemberName("down")]
    Down,

    /// <summary>It failed a request or a heartbeat, and has not proven since that it is well.</summary>
    [JsonStringEnumMemberName("suspect")]
    Suspect,

    /// <summary>It answers, and its inventory is proven.</summary>
    [JsonStringEnumMemberName("up")]
    Up,
}

/// <summary>A replica as the controller sees it. What it holds is in the <see cref="VideoRow"/>s.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Whether it may be sent clients.</param>
/// <param name="AskedAt">When the last heartbeat that was answered was asked for.</param>
/// <param name="Failure">Why it is not up.</param>
internal sealed record ReplicaView(string Name, ReplicaState State, TimeSpan AskedAt = default, string? Failure = null)
{
    /// <summary>Up to where it has applied purges.</summary>
    public PurgeMark? Mark { get; init; }

    /// <summary>What it has still to purge.</summary>
    public MissedPurges Missed { get; init; } = MissedPurges.None;

    /// <summary>Whether its inventory has been read, since this process began.</summary>
    public bool IsRead { get; init; }

    /// <summary>What it did before this moment is in the rows.</summary>
    public TimeSpan ProvenAt { get; init; }

    /// <summary>How much it had to do when it was asked last.</summary>
    public int Load { get; init; }

    /// <summary>Bytes that it has room for in all; null if it has no limit.</summary>
    public long? Capacity { get; init; }

    /// <summary>Its place in rendezvous hashing.</summary>
    public ulong Hash { get; } = Rendezvous.Hash(Name);

    /// <summary>It asked for no more clients: an operator drains it, or it is about to stop.</summary>
    public bool IsDraining { get; init; }

    /// <summary>The same without what changes with every heartbeat.</summary>
    public ReplicaView Essence => this with { AskedAt = default, ProvenAt = default, Load = 0 };

    public static ReplicaView Unknown(string name) => new(name, ReplicaState.Down, Failure: "not asked yet");
}

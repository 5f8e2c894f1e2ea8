namespace Cdn.Contracts;

/// <summary>What the origin answers to whoever waits for its changes (<see cref="Routes.Changes"/>).</summary>
/// <param name="Purges">
/// The purges, if the asker knows others; it is to take them before the catalog, which follows from them.
/// </param>
/// <param name="PurgesTag">The tag of <paramref name="Purges"/>, to ask with next.</param>
/// <param name="Catalog">What changed in the catalog, or a page of it; absent if nothing did.</param>
public sealed record OriginChanges(PurgeLog? Purges = null, string? PurgesTag = null, FeedPage<CatalogVideo>? Catalog = null);

/// <summary>What a replica answers to whoever reads its inventory.</summary>
/// <param name="Feed">
/// What it holds, or what has changed in that. A step that leads nowhere (its revision is the one before) says that nothing has.
/// </param>
/// <param name="Purged">Up to where it had applied purges at that revision; absent if it never had to.</param>
public sealed record InventoryPage(FeedPage<HeldVideo> Feed, PurgeMark? Purged = null);

/// <summary>A sign of life of a replica, of a few hundred bytes, whatever it holds.</summary>
/// <param name="Set">Id of its inventory; empty while it is opening its store.</param>
/// <param name="Revision">Revision of its inventory.</param>
/// <param name="Digest">Stands for the whole inventory, so that a difference shows without sending it.</param>
/// <param name="Videos">Names that it holds.</param>
/// <param name="Bytes">Bytes that its store takes.</param>
/// <param name="Draining">It wants no more clients.</param>
/// <param name="Load">Requests of the last seconds, and transfers that are open.</param>
/// <param name="Capacity">Most bytes that its store may take; absent without a limit.</param>
/// <param name="Purged">Up to where it has applied purges; absent if it never had to.</param>
/// <param name="Opening">Why it cannot serve yet, with how far it is; absent when it can.</param>
public sealed record Heartbeat(
    string Set,
    long Revision,
    string Digest,
    int Videos,
    long Bytes,
    bool Draining,
    int Load,
    long? Capacity = null,
    PurgeMark? Purged = null,
    string? Opening = null);

using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>One video that a replica holds: received whole, verified, and on its disk.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Digest of the content.</param>
/// <param name="Pinned">Whether it was pushed, and stays. One that the replica pulled by itself may be evicted at any time.</param>
public sealed record HeldVideo(VideoName Name, long Size, Sha256Digest Sha256, bool Pinned);

/// <summary>Everything that a replica holds (step F3).</summary>
/// <param name="Revision">Grows with every change while the replica's process lives.</param>
/// <param name="Videos">Sorted by name.</param>
/// <param name="Purged">Up to where it has applied purges; null if it never had to.</param>
/// <param name="Capacity">Most bytes that its store may take; null without a limit.</param>
public sealed record Inventory(long Revision, ImmutableArray<HeldVideo> Videos, PurgeMark? Purged = null, long? Capacity = null);

/// <summary>Whether a replica holds one video.</summary>
public sealed record IsCachedAnswer(bool Cached, long? Size, Sha256Digest? Sha256);

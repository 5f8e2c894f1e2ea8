using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>One video that a replica holds: received whole, verified, and on its disk.</summary>
public sealed record HeldVideo(VideoName Name, long Size, Sha256Digest Sha256);

/// <summary>Everything that a replica holds (step F3).</summary>
/// <param name="Revision">Grows with every change while the replica's process lives.</param>
/// <param name="Videos">Sorted by name.</param>
public sealed record Inventory(long Revision, ImmutableArray<HeldVideo> Videos);

/// <summary>Whether a replica holds one video.</summary>
public sealed record IsCachedAnswer(bool Cached, long? Size, Sha256Digest? Sha256);

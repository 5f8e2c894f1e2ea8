using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>One published video of the origin.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Digest of the content.</param>
/// <param name="ContentType">Media type, by extension.</param>
/// <param name="LastModified">Whole seconds; differs between two versions of a name that have the same size.</param>
public sealed record CatalogVideo(VideoName Name, long Size, Sha256Digest Sha256, string ContentType, DateTimeOffset LastModified);

/// <summary>What the origin publishes (step F1).</summary>
/// <param name="Revision">Grows by one with every change; survives a restart.</param>
/// <param name="Videos">Sorted by name.</param>
public sealed record Catalog(long Revision, ImmutableArray<CatalogVideo> Videos);

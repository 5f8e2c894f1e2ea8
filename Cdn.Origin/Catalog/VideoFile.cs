using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>A file below <c>VIDEO_DIR</c> as a scan saw it. Size and modification time together tell one version from another.</summary>
/// <param name="Name">Its path below the folder.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedUtc">Its modification time, as fine as the file system has it.</param>
public sealed record VideoFile(VideoName Name, string Path, long Size, DateTime ModifiedUtc);

/// <summary>A file whose content is known, and what is published of it.</summary>
public sealed record PublishedVideo(VideoFile File, CatalogVideo Video);

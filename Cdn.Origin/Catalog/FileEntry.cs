using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.Origin.Hashing;
using Cdn.Origin.Watching;

namespace Cdn.Origin.Catalog;

/// <summary>A file as it was seen last, and what is known of it.</summary>
internal sealed class FileEntry(Folder folder, string leaf)
{
    public Folder Folder => folder;

    public string Leaf => leaf;

    /// <summary>Its name below <c>VIDEO_DIR</c>.</summary>
    public string Path => Published?.Video.Name.Value ?? folder.PathOf(leaf);

    /// <summary>The version that was seen last.</summary>
    public FileIdentity Seen { get; set; }

    /// <summary>When that version was seen first.</summary>
    public long SeenAt { get; set; }

    /// <summary>Since when it has not been what is published.</summary>
    public long UnsettledAt { get; set; }

    /// <summary>How it came here.</summary>
    public WatchHints Arrival { get; set; }

    /// <summary>What is published; of this version, or of the one before it.</summary>
    public PublishedVideo? Published { get; set; }

    /// <summary>Its reading that is under way.</summary>
    public HashJob? Job { get; set; }

    /// <summary>When it is looked at again; null if there is no reason to.</summary>
    public long? DueAt { get; set; }

    /// <summary>The first of two readings that have to agree.</summary>
    public (FileIdentity Identity, Sha256Digest Digest)? FirstReading { get; set; }

    /// <summary>Somebody wrote to it, or says that it is not what was published, and it was not read since.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>The reading under way, or the next one, needs another one that agrees.</summary>
    public bool NeedsTwo { get; set; }

    /// <summary>It was not seen where it was.</summary>
    public bool IsGone { get; set; }

    public bool IsLink { get; set; }

    /// <summary>Why it cannot be read.</summary>
    public string? Trouble { get; set; }

    /// <summary>Whether what is published is what was seen.</summary>
    public bool IsSettled => Published is { } published && published.Identity == Seen && !IsInDoubt;
}

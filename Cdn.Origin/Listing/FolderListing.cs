using System.Collections.Immutable;
using Cdn.Origin.Files;

namespace Cdn.Origin.Listing;

/// <summary>What a name in a folder turned out to be.</summary>
internal enum EntryKind
{
    /// <summary>A file that may be published.</summary>
    Video,

    /// <summary>A folder to be listed.</summary>
    Folder,

    /// <summary>Something that is left out, for a reason.</summary>
    LeftOut,

    /// <summary>It is there and could not be looked at; what was known of it stays.</summary>
    Unknown,
}

/// <summary>One name in a folder.</summary>
/// <param name="Leaf">The name; of one that is not UTF-8 as it may be shown.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Identity">Of a video or folder: which.</param>
/// <param name="IsLink">It is a symbolic link, which was followed.</param>
/// <param name="Reason">Why it is left out.</param>
internal readonly record struct FolderEntry(string Leaf, EntryKind Kind, FileIdentity Identity, bool IsLink = false, string? Reason = null);

/// <summary>A question to the file system: what is in a folder, or what some of its names are.</summary>
/// <param name="Folder">Whose path it is; the answer carries it back.</param>
/// <param name="Path">Its path below the root; empty for the root itself.</param>
/// <param name="LinkDepth">How many links lead to it.</param>
/// <param name="Names">Names to look at; null for all.</param>
/// <param name="Device">Which device is expected to answer: one that hangs keeps nobody waiting but itself.</param>
internal sealed record FolderLook(object Folder, string Path, int LinkDepth, ImmutableArray<string>? Names, ulong Device)
{
    /// <summary>Which batch of events led to it; 0 for a scan, which nothing led to.</summary>
    public long Wave { get; init; }

    /// <summary>When it was begun.</summary>
    public long Started { get; set; }

    /// <summary>The file system has answered.</summary>
    public bool IsAnswered { get; set; }
}

/// <summary>The answer.</summary>
/// <param name="Look">The question.</param>
/// <param name="Devices">Devices of the root and of every folder down to this one.</param>
/// <param name="Entries">What is there. A name that was asked for and is not among them is gone.</param>
/// <param name="Failure">Why there is no answer.</param>
/// <param name="IsGone">The folder is not there.</param>
internal sealed record FolderListing(
    FolderLook Look, ImmutableArray<ulong> Devices, List<FolderEntry> Entries, string? Failure = null, bool IsGone = false);

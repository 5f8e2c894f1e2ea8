using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>What came of a commit.</summary>
internal enum CommitStatus
{
    /// <summary>The name has the content.</summary>
    Held,

    /// <summary>The name was purged since the content was asked for.</summary>
    Purged,

    /// <summary>The content is not here, and none came with the commit.</summary>
    Missing,
}

/// <summary>
/// What came of a commit, and whether the content is a new object: then its bytes, or the file that it was in, have been used.
/// </summary>
internal readonly record struct Commit(CommitStatus Status, bool IsNewObject);

/// <summary>Verified content, as it comes into the store.</summary>
/// <param name="Name">The name that gets it.</param>
/// <param name="Version">Which content.</param>
/// <param name="IsPinned">Whether it stays.</param>
/// <param name="Since">What <see cref="PurgeHistory.Count"/> was when it was asked for.</param>
/// <param name="Bytes">The content, if it is small and in memory.</param>
/// <param name="File">The file that it is in, durable and with its time, if it is not.</param>
internal sealed record Verified(
    VideoName Name, ContentVersion Version, bool IsPinned, long Since, ReadOnlyMemory<byte>? Bytes = null, string? File = null);

/// <summary>
/// Gives a name a content. What it had before stays where it is until that is on the disk. The last commit of a content says its
/// modification time, for all names that have it: so replicas agree, whatever they got first.
/// </summary>
internal sealed class CommitCommand(Verified content) : StoreCommand<Commit>
{
    public VideoName Name => content.Name;

    public Sha256Digest Digest => content.Version.Sha256;

    public override long Bytes => content.Bytes?.Length ?? 0;

    public override void Prepare(StoreChange change)
    {
        if (change.Purges.IsPurged(content.Name, content.Since))
        {
            Value = new Commit(CommitStatus.Purged, false);
            return;
        }

        var isThere = change.TryGetObject(Digest, out var held);
        if (!isThere && content.Bytes is null && content.File is null)
        {
            Value = new Commit(CommitStatus.Missing, false);
            return;
        }

        var place = change.Layout.ObjectOf(Digest);
        if (isThere)
        {
            RequireWhole(place, held!.Size);
        }
        else
        {
            Place(change, place);
        }

        Link(change, place);
        held ??= change.AddObject(content.Name, content.Version, content.IsPinned);
        change.SetName(content.Name, held);
        if (isThere)
        {
            Update(change, held, place);
        }

        change.Afterwards(() => change.Context.Superseded.TryRemove(content.Name, out _));
        Value = new Commit(CommitStatus.Held, !isThere);
    }

    private static void RequireWhole(string place, long size)
    {
        if (!FileStat.TryOf(place, out var status) || status.Size != size)
        {
            throw new IOException("The object is not what it was; it is being seen to.");
        }
    }

    /// <summary>Puts the content into its place under <c>objects/</c>.</summary>
    private void Place(StoreChange change, string place)
    {
        if (content.Bytes is { } bytes)
        {
            SmallFile.Write(place, bytes.Span, StoreFiles.ReadOnly, content.Version.LastModified.ToUnixTimeSeconds(), sync: false);
            change.OnUndo(() => DurableFile.Remove(place));
            change.Unsynced.Add(place);
        }
        else
        {
            var file = content.File!;
            DurableFile.SetMode(file, StoreFiles.ReadOnly);
            DurableFile.Rename(file, place);
            change.OnUndo(() => DurableFile.Rename(place, file));
        }

        change.Unsynced.Add(Path.GetDirectoryName(place)!);
    }

    private void Link(StoreChange change, string place)
    {
        if (DurableFile.TryLink(place, change.Layout.NameOf(content.Name)) == 0)
        {
            change.OnUndo(() => StoreFiles.UnlinkName(change.Layout, content.Name));
            return; // A new name in a folder that is there, as nearly always.
        }

        foreach (var displaced in NamesInTheWay(change))
        {
            if (change.RemoveName(displaced, keepsName: true) is { } gone)
            {
                StoreFiles.UnlinkName(change.Layout, displaced);
                change.OnUndo(() => StoreFiles.LinkName(change.Layout, displaced, change.Layout.ObjectOf(gone.Sha256)));
            }
        }

        change.TryGet(content.Name, out var before);
        StoreFiles.LinkName(change.Layout, content.Name, place);
        change.Context.Watch?.AddFolderOf(content.Name); // It may be a new folder.
        change.OnUndo(() =>
        {
            StoreFiles.UnlinkName(change.Layout, content.Name); // First: on a full disk nothing can be linked, and nothing is better than what is not recorded.
            if (before is not null)
            {
                StoreFiles.LinkName(change.Layout, content.Name, change.Layout.ObjectOf(before.Sha256));
            }
        });
    }

    /// <summary>An object that the plan assigned under one name stays, whatever other names it has.</summary>
    private void Update(StoreChange change, HeldObject held, string place)
    {
        var (modified, pinned) = (content.Version.LastModified.ToUnixTimeSeconds(), held.IsPinned || content.IsPinned);
        if (modified == held.Modified && pinned == held.IsPinned)
        {
            return;
        }

        change.ReplaceObject(held.With(modified, pinned), held.IsPinned);
        if (modified != held.Modified)
        {
            DurableFile.SetModified(place, modified);
            change.OnUndo(() => DurableFile.SetModified(place, held.Modified));
        }
    }

    /// <summary>
    /// Held names that are a folder of this one, or in a folder of its name. The origin cannot have both, so they are videos that
    /// it has no more and that have not been purged yet.
    /// </summary>
    private List<VideoName> NamesInTheWay(StoreChange change)
    {
        var (inTheWay, name) = (new List<VideoName>(), content.Name.Value);
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = name.IndexOf('/', slash + 1))
        {
            var folder = VideoName.Parse(name[..slash]);
            if (change.TryGet(folder, out _))
            {
                inTheWay.Add(folder);
            }
        }

        var path = new DirectoryInfo(change.Layout.NameOf(content.Name));
        if (path is { Exists: true, LinkTarget: null })
        {
            inTheWay.AddRange(path.EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(file => VideoName.TryParse(Path.GetRelativePath(change.Layout.Names, file.FullName), out var below, out _) ? below : default)
                .Where(below => below != default && change.TryGet(below, out _)));
        }

        return inTheWay;
    }
}

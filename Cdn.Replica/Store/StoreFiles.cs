using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>What is done with single files of the store.</summary>
internal static class StoreFiles
{
    /// <summary>Objects and names are read by everybody who may enter the folder, and written by nobody: 0444.</summary>
    public const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Objects are immutable; whoever reads one stands in nobody's way.</summary>
    public static readonly FileStreamOptions ReadOptions = new()
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.SequentialScan | FileOptions.Asynchronous,
        BufferSize = 0,
    };

    /// <summary>
    /// Gives an object its name in the tree that nginx reads, replacing what had the name in one step. Where the object can have
    /// no further link the name is a copy (65,000 names of one content on ext4, or a file system without links).
    /// </summary>
    /// <exception cref="IOException">It cannot be linked; the name is what it was.</exception>
    public static void LinkName(StoreLayout layout, VideoName name, string place)
    {
        var path = layout.NameOf(name);
        var error = DurableFile.TryLink(place, path);
        if (DiskErrors.IsMissing(error) || DiskErrors.IsNoFolder(error))
        {
            MakeFolder(layout, name);
            error = DurableFile.TryLink(place, path);
        }

        if (error == 0)
        {
            return;
        }

        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
        {
            Directory.Delete(path, recursive: true); // Names below it are no more: the writer has seen to that.
        }

        var temporary = layout.TemporaryOf(StoreLayout.LinkPrefix);
        DurableFile.LinkOrCopy(place, temporary);
        try
        {
            DurableFile.Rename(temporary, path);
        }
        finally
        {
            DurableFile.Remove(temporary); // rename(2) of two links to one file does nothing, so it may still be there.
        }
    }

    /// <summary>Takes a name out of the tree, with the folders that it leaves empty.</summary>
    public static void UnlinkName(StoreLayout layout, VideoName name)
    {
        var path = layout.NameOf(name);
        DurableFile.Remove(path);
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > layout.Names.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (!DurableFile.RemoveIfEmpty(folder))
            {
                return;
            }
        }
    }

    /// <summary>Whether a name is a link to its object, and not a file of somebody's own, or none.</summary>
    public static bool IsLink(StoreLayout layout, VideoName name, Sha256Digest digest) =>
        FileStat.TryOf(layout.NameOf(name), out var one) && FileStat.TryOf(layout.ObjectOf(digest), out var other) && one.IsSameFile(other);

    /// <summary>
    /// Makes a name a link to its object if it is something else. Where it cannot be one, a copy that seems to be the object's
    /// stays; whether it is, is for the scrubber to see.
    /// </summary>
    public static void Relink(StoreLayout layout, VideoName name, string place)
    {
        var (path, temporary) = (layout.NameOf(name), layout.TemporaryOf(StoreLayout.LinkPrefix));
        var error = DurableFile.TryLink(place, temporary);
        if (error == 0)
        {
            DurableFile.Remove(temporary);
        }

        if (DiskErrors.IsLinkRefused(error) && IsLikeness(path, place))
        {
            return;
        }

        LinkName(layout, name, place);
    }

    /// <summary>Whether a file is as long as another one, and of the same time.</summary>
    public static bool IsLikeness(string path, string place) =>
        FileStat.TryOf(path, out var one) && FileStat.TryOf(place, out var other) && one.IsRegular
        && (one.Size, one.ModifiedSeconds) == (other.Size, other.ModifiedSeconds);

    /// <summary>Moves a damaged file out of the way, for somebody to look at; one that is not there is passed over.</summary>
    public static void Quarantine(StoreLayout layout, string path)
    {
        try
        {
            Directory.CreateDirectory(layout.Quarantine);
            DurableFile.Rename(path, Path.Combine(layout.Quarantine, $"{Path.GetFileName(path)}-{Guid.NewGuid():N}"));
        }
        catch (IOException) when (!Path.Exists(path))
        {
            // Missing is a kind of damage, too.
        }
    }

    /// <summary>Tries to write a block to the disk of the store; says what stands in the way of it.</summary>
    public static string? WhyNotWritable(StoreLayout layout)
    {
        var path = Path.Combine(layout.Root, "trial");
        try
        {
            File.WriteAllBytes(path, new byte[4096]);
            File.Delete(path);
            return null;
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            return e.Message;
        }
    }

    private static void MakeFolder(StoreLayout layout, VideoName name)
    {
        // A file in the place of a folder is a name that is no more: the writer has seen to that, too.
        for (var slash = name.Value.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = name.Value.IndexOf('/', slash + 1))
        {
            var folder = string.Concat(layout.Names, "/", name.Value.AsSpan(0, slash));
            if (File.Exists(folder))
            {
                File.Delete(folder);
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(layout.NameOf(name))!);
    }
}

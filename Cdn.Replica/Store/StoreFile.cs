using Cdn.Contracts;

namespace Cdn.Replica.Store;

/// <summary>Operations on single files of the store.</summary>
internal static class StoreFile
{
    /// <summary>Bytes read or written at a time: 256 KiB.</summary>
    public const int BufferSize = 256 * 1024;

    /// <summary>Objects are immutable; whoever reads one stands in nobody's way.</summary>
    public static readonly FileStreamOptions ReadOptions = new()
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.SequentialScan | FileOptions.Asynchronous,
        BufferSize = 0,
    };

    /// <summary>Gives an object its name in the tree that nginx reads, replacing what had the name in one step.</summary>
    public static void LinkName(StoreLayout layout, VideoName name, HeldObject held)
    {
        var path = layout.NameOf(name);
        var temporary = Path.Combine(layout.Incoming, $"link-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        DurableFile.Link(layout.ObjectOf(held.Sha256), temporary);
        File.Move(temporary, path, overwrite: true);

        // rename(2) of two links to one file does nothing, so the temporary name may still be there.
        File.Delete(temporary);
    }

    /// <summary>Whether two paths look like links to one file: as long, and of the same time. Not so if one is missing or a symbolic link.</summary>
    public static bool IsSame(string path, string other)
    {
        var (one, two) = (new FileInfo(path), new FileInfo(other));
        return one is { Exists: true, LinkTarget: null } && two.Exists && one.Length == two.Length && one.LastWriteTimeUtc == two.LastWriteTimeUtc;
    }

    /// <summary>Sets the modification time of an object, and so of all its names.</summary>
    public static void Redate(StoreLayout layout, HeldObject held)
    {
        var path = layout.ObjectOf(held.Sha256);
        if (File.GetLastWriteTimeUtc(path) != held.LastModified.UtcDateTime)
        {
            File.SetLastWriteTimeUtc(path, held.LastModified.UtcDateTime);
        }
    }

    /// <summary>Takes a name out of the tree, with the folders that it leaves empty.</summary>
    public static void UnlinkName(StoreLayout layout, VideoName name)
    {
        var path = layout.NameOf(name);
        Delete(path);
        try
        {
            for (var folder = Path.GetDirectoryName(path)!; folder.Length > layout.Names.Length; folder = Path.GetDirectoryName(folder)!)
            {
                if (Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    return;
                }

                Directory.Delete(folder);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already, which is what was wanted.
        }
    }

    /// <summary>Deletes a file; one that is not there, or whose folder is not, is what was wanted.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its folder.
        }
    }

    /// <summary>Moves a damaged file out of the way, for somebody to look at; one that is not there is passed over.</summary>
    public static void Quarantine(StoreLayout layout, string path)
    {
        try
        {
            Directory.CreateDirectory(layout.Quarantine);
            File.Move(path, Path.Combine(layout.Quarantine, $"{Path.GetFileName(path)}-{Guid.NewGuid():N}"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}

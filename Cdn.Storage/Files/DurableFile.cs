namespace Cdn.Storage.Files;

/// <summary>What POSIX has and .NET does not: hard links, and folders whose entries survive a power cut.</summary>
public static class DurableFile
{
    /// <summary>Makes <paramref name="link"/> another name of the file; it must not be there.</summary>
    /// <exception cref="IOException">The link cannot be made; <see cref="DiskErrors"/> tells why.</exception>
    public static void Link(string file, string link)
    {
        if (Libc.Link(file, link) != 0)
        {
            throw Libc.Failure($"{link} cannot be linked");
        }
    }

    /// <summary>The same without an exception. Returns 0, or the error.</summary>
    public static int TryLink(string file, string link) => Libc.Link(file, link) == 0 ? 0 : Libc.LastError;

    /// <summary>
    /// Makes <paramref name="link"/> another name of the file; or a durable copy with its time and mode, where the file has as
    /// many links as the file system allows (65,000 on ext4), or the file system has none. Returns whether it is a link.
    /// </summary>
    public static bool LinkOrCopy(string file, string link)
    {
        var error = TryLink(file, link);
        if (error == 0)
        {
            return true;
        }

        if (!DiskErrors.IsLinkRefused(error))
        {
            throw Libc.Failure($"{link} cannot be linked");
        }

        Copy(file, link);
        return false;
    }

    /// <summary>Renames over whatever is there.</summary>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public static void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) != 0)
        {
            throw Libc.Failure($"{from} cannot be renamed");
        }
    }

    /// <summary>Removes a file; false if it was not there, or its folder was not.</summary>
    /// <exception cref="IOException">It is there and stays.</exception>
    public static bool Remove(string path) =>
        Libc.Unlink(path) == 0
        || (Libc.LastError is Libc.NoEntry or Libc.NotAFolder ? false : throw Libc.Failure($"{path} cannot be removed"));

    /// <summary>Removes a folder if it is empty; false if it is not, or cannot be removed.</summary>
    public static bool RemoveIfEmpty(string folder) => Libc.RemoveFolder(folder) == 0;

    /// <summary>fsync(2) of a folder: its entries are on the disk.</summary>
    /// <exception cref="IOException">They are not.</exception>
    public static void SyncFolder(string folder) => WithFolder(folder, Libc.Sync);

    /// <summary>
    /// syncfs(2): everything that was written to the file system that the folder is on is on the disk. For many files it takes
    /// one flush of the disk where fsync(2) takes one a file.
    /// </summary>
    /// <exception cref="IOException">Something is not; which file that is cannot be told.</exception>
    public static void SyncFileSystem(string folder) => WithFolder(folder, Libc.SyncFileSystem);

    /// <summary>Sets the modification time, in seconds since 1970.</summary>
    public static unsafe void SetModified(string path, long seconds)
    {
        var times = stackalloc long[] { seconds, 0, seconds, 0 };
        if (Libc.SetTimesOf(Libc.CurrentFolder, path, times, 0) != 0)
        {
            throw Libc.Failure($"The time of {path} cannot be set");
        }
    }

    /// <summary>chmod(2).</summary>
    public static void SetMode(string path, UnixFileMode mode)
    {
        if (Libc.ChangeMode(path, (int)mode) != 0)
        {
            throw Libc.Failure($"The mode of {path} cannot be set");
        }
    }

    private static void Copy(string file, string copy)
    {
        File.Copy(file, copy); // With its mode.
        try
        {
            FileStat.TryOf(file, out var status);
            SetModified(copy, status.ModifiedSeconds);
            WithFolder(copy, Libc.Sync);
        }
        catch
        {
            _ = Libc.Unlink(copy);
            throw;
        }
    }

    private static void WithFolder(string path, Func<int, int> call)
    {
        var descriptor = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec, 0);
        if (descriptor < 0)
        {
            throw Libc.Failure($"{path} cannot be opened");
        }

        var failure = call(descriptor) == 0 ? null : Libc.Failure($"{path} cannot be synchronised");
        _ = Libc.Close(descriptor);
        if (failure is not null)
        {
            throw failure;
        }
    }
}

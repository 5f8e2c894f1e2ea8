namespace Cdn.Storage.Files;

/// <summary>
/// Writes a whole small file in four calls (open, write, time, close), which is half of what a <see cref="FileStream"/> makes: a
/// library of HLS titles has a million of them.
/// </summary>
public static class SmallFile
{
    /// <summary>Writes a file that is not there yet. It is durable after <see cref="DurableFile.SyncFileSystem"/>.</summary>
    /// <param name="path">Where; its folder is there.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="mode">Who may do what with it.</param>
    /// <param name="modified">Its modification time, in seconds since 1970.</param>
    /// <param name="sync">Whether it is durable when this returns.</param>
    /// <exception cref="IOException">It cannot be written; then it is not there.</exception>
    public static unsafe void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode, long modified, bool sync)
    {
        const int NewFile = Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.CloseOnExec;
        var file = Libc.Open(path, NewFile, (int)mode);
        if (file < 0 && Libc.LastError == Libc.Exists)
        {
            _ = Libc.Unlink(path); // What a process left that ended in the middle.
            file = Libc.Open(path, NewFile, (int)mode);
        }

        if (file < 0)
        {
            throw Libc.Failure($"{path} cannot be made");
        }

        var times = stackalloc long[] { modified, 0, modified, 0 };
        var failure = WriteAll(file, bytes) && Libc.SetTimes(file, times) == 0 && (!sync || Libc.Sync(file) == 0)
            ? null
            : Libc.Failure($"{path} cannot be written");
        if (Libc.Close(file) != 0)
        {
            failure ??= Libc.Failure($"{path} cannot be written");
        }

        if (failure is not null)
        {
            _ = Libc.Unlink(path);
            throw failure;
        }
    }

    private static unsafe bool WriteAll(int file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (nint written = 0; written < bytes.Length;)
            {
                var count = Libc.Write(file, start + written, (nuint)(bytes.Length - written));
                if (count <= 0)
                {
                    return false;
                }

                written += count;
            }
        }

        return true;
    }
}

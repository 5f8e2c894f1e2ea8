using System.Runtime.InteropServices;

namespace Cdn.Storage.Files;

/// <summary>Takes what happened to an entry of a watched folder; without a name it happened to the folder.</summary>
public delegate void FileEventHandler(int watch, ReadOnlySpan<byte> name, FileEvents events);

/// <summary>
/// Has the kernel tell what happens to files in some folders (inotify(7)). Events are in the order of what happened, and there
/// as soon as it has: whoever reads after a call of his own finds what the call did. One caller at a time reads; anybody adds and
/// removes folders.
/// </summary>
public sealed class FolderWatch : IDisposable
{
    /// <summary>EMFILE of <see cref="TryStart(out int)"/>: all instances of this user are in use.</summary>
    public const int NoMoreInstances = 24;

    /// <summary>ENOSPC of <see cref="TryAdd"/>: all watches of this user are in use.</summary>
    public const int NoMoreWatches = 28;

    /// <summary>IN_ONLYDIR: what is no folder is not watched.</summary>
    private const uint OnlyFolders = 0x1000000;

    private const FileEvents Changes =
        FileEvents.Written | FileEvents.Attributes | FileEvents.MovedAway | FileEvents.MovedHere | FileEvents.Deleted;

    private const int HeaderLength = 16;
    private const short Readable = 1;

    /// <summary>Bytes read at a time: 64 KiB, some two thousand events.</summary>
    private readonly byte[] _buffer = new byte[64 * 1024];

    private int _file;

    private FolderWatch(int file) => _file = file;

    /// <summary>Starts without a folder; null where that cannot be had, and why: the error, 0 on another system.</summary>
    public static FolderWatch? TryStart(out int error)
    {
        error = 0;
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var file = Libc.NotifyStart(Libc.NonBlocking | Libc.CloseOnExec);
        error = file < 0 ? Libc.LastError : 0;
        return file < 0 ? null : new FolderWatch(file);
    }

    /// <summary>Starts to watch folders for every change; null where that cannot be had for all of them.</summary>
    public static FolderWatch? TryStart(IEnumerable<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var watch = TryStart(out _);
        if (watch is not null && folders.Any(folder => watch.TryAdd(folder, Changes, out _) < 0))
        {
            watch.Dispose();
            return null;
        }

        return watch;
    }

    /// <summary>
    /// Watches one more folder. Returns the number of the watch, the same one for a folder that is watched already, by whatever
    /// path; or -1 if it cannot be watched, and why.
    /// </summary>
    /// <remarks>
    /// What is done to a file is told of the folder through which it was opened: one with two links has to be watched in both.
    /// </remarks>
    public int TryAdd(string folder, FileEvents events, out int error)
    {
        var watch = Libc.NotifyWatch(_file, folder, (uint)events | OnlyFolders);
        error = watch < 0 ? Libc.LastError : 0;
        return watch;
    }

    /// <summary>Watches a folder no more.</summary>
    public void Remove(int watch) => _ = Libc.NotifyEnd(_file, watch);

    /// <summary>Waits until there is something to read; false if there was nothing in that time.</summary>
    public unsafe bool Wait(TimeSpan within)
    {
        var poll = new Libc.PollFile { File = _file, Events = Readable };
        return Libc.Poll(&poll, 1, (int)within.TotalMilliseconds) > 0;
    }

    /// <summary>Hands over everything that has happened since.</summary>
    /// <param name="take">Gets the number of the watch, the name of the entry in its folder, and what happened.</param>
    public void Read(FileEventHandler take)
    {
        while (ReadSome(take))
        {
        }
    }

    /// <summary>Hands over what fits into a buffer; false if there was nothing.</summary>
    public unsafe bool ReadSome(FileEventHandler take)
    {
        ArgumentNullException.ThrowIfNull(take);
        fixed (byte* buffer = _buffer)
        {
            if (_file < 0 || Libc.Read(_file, buffer, (nuint)_buffer.Length) is not (> 0 and var read))
            {
                return false;
            }

            Parse(_buffer.AsSpan(0, (int)read), take);
            return true;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _file, -1) is >= 0 and var file)
        {
            _ = Libc.Close(file);
        }
    }

    private static void Parse(ReadOnlySpan<byte> buffer, FileEventHandler take)
    {
        while (buffer.Length >= HeaderLength)
        {
            var length = MemoryMarshal.Read<int>(buffer[12..]);
            var name = buffer.Slice(HeaderLength, length);
            name = name.IndexOf((byte)0) is >= 0 and var end ? name[..end] : name;
            take(MemoryMarshal.Read<int>(buffer), name, (FileEvents)MemoryMarshal.Read<uint>(buffer[4..]));
            buffer = buffer[(HeaderLength + length)..];
        }
    }
}

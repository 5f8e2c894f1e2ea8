using System.Runtime.InteropServices;

namespace Cdn.Storage.Files;

/// <summary>What happened to an entry of a watched folder.</summary>
[Flags]
public enum FileEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its bytes were written.</summary>
    Written = 0x2,

    /// <summary>Its mode, owner, times or number of links changed.</summary>
    Attributes = 0x4,

    /// <summary>It went away.</summary>
    MovedAway = 0x40,

    /// <summary>Something came in its place.</summary>
    MovedHere = 0x80,

    /// <summary>It was deleted.</summary>
    Deleted = 0x200,

    /// <summary>More happened than the kernel could note down: anything may have changed.</summary>
    Lost = 0x4000,
}

/// <summary>Takes what happened to an entry of a watched folder.</summary>
public delegate void FileEventHandler(int watch, ReadOnlySpan<byte> name, FileEvents events);

/// <summary>
/// Has the kernel tell what happens to files in some folders (inotify(7)). Events are in the order of what happened, and there as soon as
/// it has: whoever reads after a call of his own finds what the call did. One caller at a time.
/// </summary>
public sealed class FolderWatch : IDisposable
{
    /// <summary>The kernel has stopped watching a folder, because it is gone.</summary>
    private const uint Ignored = 0x8000;

    private const uint Mask = (uint)(FileEvents.Written | FileEvents.Attributes | FileEvents.MovedAway | FileEvents.MovedHere | FileEvents.Deleted);
    private const int HeaderLength = 16;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _file;

    private FolderWatch(int file) => _file = file;

    /// <summary>Watches folders; null where that cannot be had: another system, or no more instances of inotify for this user.</summary>
    public static FolderWatch? TryStart(IEnumerable<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var file = Libc.NotifyStart(Libc.NonBlocking | Libc.CloseOnExec);
        if (file < 0)
        {
            return null;
        }

        var watch = new FolderWatch(file);
        foreach (var folder in folders)
        {
            if (Libc.NotifyWatch(file, folder, Mask) < 0)
            {
                watch.Dispose();
                return null;
            }
        }

        return watch;
    }

    /// <summary>
    /// Watches one more folder for writes and attributes alone. Returns the number of the watch, the same one for a folder that is watched
    /// already; or -1 if it cannot be watched.
    /// </summary>
    /// <remarks>What is done to a file is told of the folder through which it was opened: one with two links has to be watched in both.</remarks>
    public int TryAdd(string folder) => Libc.NotifyWatch(_file, folder, (uint)(FileEvents.Written | FileEvents.Attributes));

    /// <summary>Hands over everything that has happened since.</summary>
    /// <param name="take">Gets the number of the watch, the name of the entry in its folder, and what happened; nothing, if the watch has ended.</param>
    public unsafe void Read(FileEventHandler take)
    {
        ArgumentNullException.ThrowIfNull(take);
        fixed (byte* buffer = _buffer)
        {
            while (_file >= 0 && Libc.Read(_file, buffer, (nuint)_buffer.Length) is > 0 and var read)
            {
                Parse(_buffer.AsSpan(0, (int)read), take);
            }
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
            var mask = MemoryMarshal.Read<uint>(buffer[4..]);
            take(MemoryMarshal.Read<int>(buffer), name, (mask & Ignored) != 0 ? FileEvents.None : (FileEvents)mask);
            buffer = buffer[(HeaderLength + length)..];
        }
    }
}

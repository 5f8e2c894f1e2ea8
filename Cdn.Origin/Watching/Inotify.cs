using System.Runtime.InteropServices;
using Cdn.Origin.Files;

namespace Cdn.Origin.Watching;

/// <summary>One event as inotify(7) has it.</summary>
internal readonly record struct InotifyEvent(int Watch, uint Mask, string? Name);

/// <summary>inotify(7) itself.</summary>
internal static unsafe partial class Inotify
{
    public const uint Modify = 0x2;
    public const uint Attributes = 0x4;
    public const uint CloseWrite = 0x8;
    public const uint MovedFrom = 0x40;
    public const uint MovedTo = 0x80;
    public const uint Create = 0x100;
    public const uint Delete = 0x200;
    public const uint DeleteSelf = 0x400;
    public const uint MoveSelf = 0x800;
    public const uint Unmount = 0x2000;
    public const uint Overflow = 0x4000;
    public const uint Ignored = 0x8000;
    public const uint OnlyFolder = 0x1000000;

    private const int HeaderLength = 16;
    private const short Readable = 1;
    private const int NonBlocking = 0x800;

    /// <summary>A descriptor, or -1.</summary>
    public static int Start() => Init(NonBlocking | Libc.CloseOnExec);

    /// <summary>The number of the watch, which is the same for the same folder, by whatever path; or -1.</summary>
    public static int Watch(int file, string path, uint mask)
    {
        fixed (byte* text = VideoRoot.ToBytes(path))
        {
            return AddWatch(file, text, mask);
        }
    }

    public static void Unwatch(int file, int watch) => _ = RemoveWatch(file, watch);

    /// <summary>Waits until there is something to read.</summary>
    public static bool Wait(int file, int milliseconds)
    {
        var poll = new PollFile { File = file, Events = Readable };
        return Poll(&poll, 1, milliseconds) > 0;
    }

    /// <summary>Reads what there is into a buffer. Returns 0 if that is nothing.</summary>
    public static int Read(int file, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Math.Max(0, (int)Read(file, bytes, (nuint)buffer.Length));
        }
    }

    /// <summary>The events in a buffer. A name that is not UTF-8 is null: the whole folder has to be looked at.</summary>
    public static void Parse(ReadOnlySpan<byte> buffer, List<InotifyEvent> events)
    {
        while (buffer.Length >= HeaderLength)
        {
            var length = MemoryMarshal.Read<int>(buffer[12..]);
            var name = buffer.Slice(HeaderLength, length);
            name = name.IndexOf((byte)0) is >= 0 and var end ? name[..end] : name;
            events.Add(new InotifyEvent(
                MemoryMarshal.Read<int>(buffer), MemoryMarshal.Read<uint>(buffer[4..]), ShownText.TryDecode(name, out var text) ? text : null));
            buffer = buffer[(HeaderLength + length)..];
        }
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    private static partial int AddWatch(int file, byte* path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch")]
    private static partial int RemoveWatch(int file, int watch);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollFile* files, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int file, byte* buffer, nuint size);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFile
    {
        public int File;
        public short Events;
        public short Happened;
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Origin.Files;

/// <summary>What kind of thing a name stands for.</summary>
internal enum FileKind
{
    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket, a device: nothing that is ever opened.</summary>
    Other,
}

/// <summary>What the file system says about a file, by statx(2).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Identity">Which version of it.</param>
internal readonly record struct FileStatus(FileKind Kind, int Mode, FileIdentity Identity)
{
    /// <summary>AT_EMPTY_PATH: the descriptor itself.</summary>
    private const int EmptyPath = 0x1000;

    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    private const int NoFollow = 0x100;

    /// <summary>AT_STATX_DONT_SYNC: what is known of it, without asking a server that may not answer.</summary>
    private const int DoNotSync = 0x4000;

    /// <summary>STATX_BASIC_STATS.</summary>
    private const uint Basic = 0x7ff;

    private const int Length = 256;
    private const int TypeMask = 0xF000;
    private const long TicksPerSecond = 10_000_000;

    /// <summary>Seconds from which a time is cut off: 9·10¹¹, some 28,000 years, which ticks can just express.</summary>
    private const long FarthestSecond = 900_000_000_000;

    /// <summary>Whether nobody at all may read it. Root could; that is no permission to publish it.</summary>
    public bool IsUnreadable => (Mode & 0b100_100_100) == 0;

    /// <summary>Of a name in an open folder, a link itself and not what it leads to. Returns 0, or the error.</summary>
    public static unsafe int Of(int folder, byte* name, out FileStatus status) => Read(folder, name, NoFollow, out status);

    /// <summary>Of an open file. Returns 0, or the error.</summary>
    public static unsafe int Of(int file, out FileStatus status)
    {
        var empty = (byte)0;
        return Read(file, &empty, EmptyPath, out status);
    }

    /// <summary>Of what a path leads to. Returns 0, or the error.</summary>
    public static unsafe int OfPath(ReadOnlySpan<byte> path, bool fresh, out FileStatus status)
    {
        fixed (byte* text = path)
        {
            return Read(Libc.AtCurrentFolder, text, fresh ? 0 : DoNotSync, out status);
        }
    }

    /// <summary>Of an open file; null if it cannot be told any more.</summary>
    public static FileStatus? Of(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            var modified = File.GetLastWriteTimeUtc(file);
            return new FileStatus(
                FileKind.Regular, 0b100_100_100,
                new FileIdentity(0, 0, RandomAccess.GetLength(file), (modified - DateTime.UnixEpoch).Ticks, 0));
        }

        return Of((int)file.DangerousGetHandle(), out var status) == 0 ? status : null;
    }

    private static unsafe int Read(int folder, byte* path, int flags, out FileStatus status)
    {
        var buffer = stackalloc byte[Length];
        if (Libc.StatusOf(folder, path, flags, Basic, buffer) != 0)
        {
            status = default;
            return Libc.LastError;
        }

        status = Parse(new ReadOnlySpan<byte>(buffer, Length));
        return 0;
    }

    /// <summary>Offsets of <c>struct statx</c>, which are the same on every machine.</summary>
    private static FileStatus Parse(ReadOnlySpan<byte> statx)
    {
        var mode = MemoryMarshal.Read<ushort>(statx[28..]);
        var kind = (mode & TypeMask) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            _ => FileKind.Other,
        };
        var device = ((ulong)MemoryMarshal.Read<uint>(statx[136..]) << 32) | MemoryMarshal.Read<uint>(statx[140..]);
        return new FileStatus(kind, mode & ~TypeMask, new FileIdentity(
            device, MemoryMarshal.Read<ulong>(statx[32..]), MemoryMarshal.Read<long>(statx[40..]), Ticks(statx[112..]), Ticks(statx[96..])));
    }

    private static long Ticks(ReadOnlySpan<byte> time)
    {
        var seconds = Math.Clamp(MemoryMarshal.Read<long>(time), -FarthestSecond, FarthestSecond);
        return (seconds * TicksPerSecond) + (MemoryMarshal.Read<uint>(time[8..]) / 100);
    }
}

using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Storage.Files;

/// <summary>What kind of thing a name stands for.</summary>
public enum FileKind
{
    /// <summary>A pipe, a socket, a device: nothing that is ever opened.</summary>
    Other,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,
}

/// <summary>What the file system says of a file, by statx(2).</summary>
/// <param name="Device">The file system that it is on; 0 where that cannot be told.</param>
/// <param name="Inode">Its number there; 0 where that cannot be told.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Its modification time, in ticks of 100 ns since 1970.</param>
/// <param name="Changed">The same of its last change, which nobody can set back; 0 where that cannot be told.</param>
public readonly record struct FileStat(
    ulong Device, ulong Inode, uint Links, FileKind Kind, UnixFileMode Mode, long Size, long Modified, long Changed)
{
    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    private const int NoFollow = 0x100;

    /// <summary>AT_EMPTY_PATH: the descriptor itself.</summary>
    private const int EmptyPath = 0x1000;

    /// <summary>AT_STATX_DONT_SYNC: what is known of it, without asking a server that may not answer.</summary>
    private const int DoNotSync = 0x4000;

    /// <summary>STATX_BASIC_STATS.</summary>
    private const uint Basic = 0x7ff;

    private const int Length = 256;
    private const int TypeMask = 0xF000;
    private const long TicksPerSecond = 10_000_000;

    /// <summary>Seconds from which a time is cut off: 9·10¹¹, some 28,000 years, which ticks can just express.</summary>
    private const long FarthestSecond = 900_000_000_000;

    /// <summary>Where modes are not to be had: everybody may read it.</summary>
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Kind == FileKind.Regular;

    /// <summary>The modification time in whole seconds since 1970.</summary>
    public long ModifiedSeconds => Modified / TicksPerSecond;

    /// <summary>Whether both are one file, under whatever names.</summary>
    public bool IsSameFile(FileStat other) => Inode == other.Inode && Device == other.Device && Inode != 0;

    /// <summary>Of a path, a symbolic link itself; false if there is nothing that can be seen.</summary>
    public static bool TryOf(string path, out FileStat status)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!OperatingSystem.IsLinux())
        {
            return TryPortably(path, out status);
        }

        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(path.Length) + 1];
        bytes[Encoding.UTF8.GetBytes(path, bytes)] = 0;
        return TryOf(bytes, out status);
    }

    /// <summary>The same of a path in UTF-8 that ends in a zero byte. Linux only.</summary>
    public static bool TryOf(ReadOnlySpan<byte> path, out FileStat status) =>
        Read(Libc.CurrentFolder, path, NoFollow, out status) == 0;

    /// <summary>Of an open file; false if it cannot be told any more.</summary>
    public static bool TryOf(SafeFileHandle file, out FileStat status)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (OperatingSystem.IsLinux())
        {
            return Of((int)file.DangerousGetHandle(), out status) == 0;
        }

        status = Portably(FileKind.Regular, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        return true;
    }

    /// <summary>Of an open file or folder. Returns 0, or the error. Linux only, as what follows.</summary>
    public static int Of(int file, out FileStat status) => Read(file, "\0"u8, EmptyPath, out status);

    /// <summary>Of a name in an open folder, a link itself. The name ends in a zero byte. Returns 0, or the error.</summary>
    public static int Of(int folder, ReadOnlySpan<byte> name, out FileStat status) => Read(folder, name, NoFollow, out status);

    /// <summary>Of what a path leads to. It ends in a zero byte. Returns 0, or the error.</summary>
    public static int OfTarget(ReadOnlySpan<byte> path, out FileStat status) => Read(Libc.CurrentFolder, path, 0, out status);

    /// <summary>The same as far as it is known here: no server is asked.</summary>
    public static int OfKnownTarget(ReadOnlySpan<byte> path, out FileStat status) =>
        Read(Libc.CurrentFolder, path, DoNotSync, out status);

    private static unsafe int Read(int folder, ReadOnlySpan<byte> path, int flags, out FileStat status)
    {
        var buffer = stackalloc byte[Length];
        fixed (byte* text = path)
        {
            if (Libc.StatX(folder, text, flags, Basic, buffer) != 0)
            {
                status = default;
                return Libc.LastError;
            }
        }

        status = Parse(new ReadOnlySpan<byte>(buffer, Length));
        return 0;
    }

    /// <summary>Offsets of <c>struct statx</c>, which are the same on every machine.</summary>
    private static FileStat Parse(ReadOnlySpan<byte> statx)
    {
        var mode = MemoryMarshal.Read<ushort>(statx[28..]);
        var kind = (mode & TypeMask) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            _ => FileKind.Other,
        };
        return new FileStat(
            ((ulong)MemoryMarshal.Read<uint>(statx[136..]) << 32) | MemoryMarshal.Read<uint>(statx[140..]),
            MemoryMarshal.Read<ulong>(statx[32..]),
            MemoryMarshal.Read<uint>(statx[16..]),
            kind,
            (UnixFileMode)(mode & ~TypeMask),
            MemoryMarshal.Read<long>(statx[40..]),
            Ticks(statx[112..]),
            Ticks(statx[96..]));
    }

    private static long Ticks(ReadOnlySpan<byte> time)
    {
        var seconds = Math.Clamp(MemoryMarshal.Read<long>(time), -FarthestSecond, FarthestSecond);
        return (seconds * TicksPerSecond) + (MemoryMarshal.Read<uint>(time[8..]) / 100);
    }

    private static bool TryPortably(string path, out FileStat status)
    {
        var file = new FileInfo(path);
        var isThere = file.Exists;
        status = isThere
            ? Portably(file.LinkTarget is null ? FileKind.Regular : FileKind.Link, file.Length, file.LastWriteTimeUtc)
            : default;
        return isThere;
    }

    private static FileStat Portably(FileKind kind, long size, DateTime modified) =>
        new(0, 0, 1, kind, Readable, size, (modified - DateTime.UnixEpoch).Ticks, 0);
}

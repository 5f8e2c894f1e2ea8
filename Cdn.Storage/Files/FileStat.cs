using System.Runtime.InteropServices;
using System.Text;

namespace Cdn.Storage.Files;

/// <summary>What the file system says of a file, by statx(2). A symbolic link is itself, and not what it leads to.</summary>
/// <param name="Device">The file system that it is on; 0 where that cannot be told.</param>
/// <param name="Inode">Its number there; 0 where that cannot be told.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="IsRegular">Whether it is a regular file.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Its modification time, in ticks of 100 ns since 1970.</param>
/// <param name="Changed">The same of its last change, which nobody can set back; 0 where that cannot be told.</param>
public readonly record struct FileStat(
    ulong Device, ulong Inode, uint Links, bool IsRegular, long Size, long Modified, long Changed)
{
    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    private const int NoFollow = 0x100;

    /// <summary>STATX_BASIC_STATS.</summary>
    private const uint Basic = 0x7ff;

    private const int Length = 256;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const long TicksPerSecond = 10_000_000;

    /// <summary>Whether both are one file, under whatever names.</summary>
    public bool IsSameFile(FileStat other) => Inode == other.Inode && Device == other.Device && Inode != 0;

    /// <summary>The modification time in whole seconds since 1970.</summary>
    public long ModifiedSeconds => Modified / TicksPerSecond;

    /// <summary>Of a path; false if there is nothing that can be seen.</summary>
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

    /// <summary>Of a path in UTF-8 that ends in a zero byte. Linux only.</summary>
    public static unsafe bool TryOf(ReadOnlySpan<byte> path, out FileStat status)
    {
        var buffer = stackalloc byte[Length];
        fixed (byte* text = path)
        {
            if (Libc.StatX(Libc.CurrentFolder, text, NoFollow, Basic, buffer) != 0)
            {
                status = default;
                return false;
            }
        }

        status = Parse(new ReadOnlySpan<byte>(buffer, Length));
        return true;
    }

    /// <summary>Offsets of <c>struct statx</c>, which are the same on every machine.</summary>
    private static FileStat Parse(ReadOnlySpan<byte> statx) => new(
        ((ulong)MemoryMarshal.Read<uint>(statx[136..]) << 32) | MemoryMarshal.Read<uint>(statx[140..]),
        MemoryMarshal.Read<ulong>(statx[32..]),
        MemoryMarshal.Read<uint>(statx[16..]),
        (MemoryMarshal.Read<ushort>(statx[28..]) & TypeMask) == RegularType,
        MemoryMarshal.Read<long>(statx[40..]),
        Ticks(statx[112..]),
        Ticks(statx[96..]));

    private static long Ticks(ReadOnlySpan<byte> time) =>
        (MemoryMarshal.Read<long>(time) * TicksPerSecond) + (MemoryMarshal.Read<uint>(time[8..]) / 100);

    private static bool TryPortably(string path, out FileStat status)
    {
        var file = new FileInfo(path);
        var isThere = file.Exists;
        status = isThere
            ? new FileStat(0, 0, 1, file.LinkTarget is null, file.Length, (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks, 0)
            : default;
        return isThere;
    }
}

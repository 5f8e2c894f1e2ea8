using Cdn.Storage.Files;

namespace Cdn.Origin.Files;

/// <summary>What tells one version of a file from every other.</summary>
/// <param name="Device">The file system that it is on; 0 where that cannot be told.</param>
/// <param name="Inode">Its number there; 0 where that cannot be told.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Its modification time in ticks of 100 ns since 1970, as the file system has it.</param>
/// <param name="Changed">The same of its last change, which nobody can set back; 0 where that cannot be told.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Size, long Modified, long Changed)
{
    /// <summary>Which version a file is that was looked at.</summary>
    public static FileIdentity Of(FileStat status) =>
        new(status.Device, status.Inode, status.Size, status.Modified, status.Changed);

    /// <summary>
    /// The same file, as long and of the same time, whatever was changed about it beside: its name, its mode, its links.
    /// </summary>
    public bool IsSameFile(FileIdentity other) => this with { Changed = 0 } == other with { Changed = 0 };

    /// <summary>As long and of the same time, on whatever device.</summary>
    public bool Resembles(FileIdentity other) => Size == other.Size && Modified == other.Modified;
}

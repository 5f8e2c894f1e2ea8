using Microsoft.Win32.SafeHandles;

namespace Cdn.Storage.Files;

/// <summary>
/// Has the disk write while the network still brings bytes, which leaves next to nothing for fsync(2) to wait for. It is a hint:
/// what comes of it is seen at fsync(2).
/// </summary>
/// <param name="file">The file.</param>
/// <param name="from">From where on it is written.</param>
public sealed class WriteBack(SafeFileHandle file, long from)
{
    /// <summary>Bytes after which the disk is told to begin writing them: 8 MiB.</summary>
    private const int Every = 8 * 1024 * 1024;

    /// <summary>SYNC_FILE_RANGE_WRITE of <c>linux/fs.h</c>.</summary>
    private const uint BeginWriting = 2;

    private long _from = from;

    /// <summary>The file has come this far.</summary>
    public void Advance(long length)
    {
        if (OperatingSystem.IsLinux() && length - _from >= Every)
        {
            _ = Libc.SyncRange(file, _from, length - _from, BeginWriting);
            _from = length;
        }
    }
}

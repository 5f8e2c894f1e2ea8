using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cdn.Contracts;
using Cdn.Replica.Store;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Replica.Fill;

/// <summary>
/// The file of an unfinished push, <c>incoming/&lt;sha256&gt;</c>. Its length is how far the push came, also after a crash:
/// whether the bytes are right is seen at the end, when all of them are hashed.
/// </summary>
internal sealed partial class PartialFile : IDisposable
{
    /// <summary>Bytes after which the disk is told to begin writing them: 8 MiB.</summary>
    private const int WriteBackEvery = 8 * 1024 * 1024;

    /// <summary>SYNC_FILE_RANGE_WRITE of <c>linux/fs.h</c>.</summary>
    private const uint BeginWriting = 2;

    private readonly SafeFileHandle _handle;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private long _writeBackFrom;

    private PartialFile(string path, SafeFileHandle handle, long length) =>
        (Path, _handle, Length, _writeBackFrom) = (path, handle, length, length);

    public string Path { get; }

    /// <summary>Bytes on the disk.</summary>
    public long Length { get; private set; }

    /// <summary>Length of a partial file; 0 if there is none.</summary>
    public static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>
    /// Opens or creates it, and takes what is there into the hash. Room is not preallocated: the blocks would stay with a push
    /// that breaks off, and its own resumption would find the disk full of them.
    /// </summary>
    /// <exception cref="IOException">The disk is broken.</exception>
    public static PartialFile Open(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var partial = new PartialFile(path, handle, RandomAccess.GetLength(handle));
        try
        {
            partial.HashWhatIsThere(cancellationToken);
            return partial;
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    }

    public void Append(ReadOnlySequence<byte> bytes)
    {
        _pieces.Clear();
        foreach (var piece in bytes)
        {
            _pieces.Add(piece);
        }

        RandomAccess.Write(_handle, _pieces, Length);
        foreach (var piece in _pieces)
        {
            _hash.AppendData(piece.Span);
        }

        Length += bytes.Length;
        WriteBack();
    }

    /// <summary>The digest of all bytes; the hash starts anew.</summary>
    public Sha256Digest Digest() => new(_hash.GetHashAndReset());

    /// <summary>Makes the content durable and gives it the origin's modification time.</summary>
    public void Complete(DateTimeOffset lastModified)
    {
        File.SetLastWriteTimeUtc(_handle, lastModified.UtcDateTime);
        RandomAccess.FlushToDisk(_handle);
    }

    public void Dispose()
    {
        _handle.Dispose();
        _hash.Dispose();
    }

    /// <summary>
    /// Has the disk write while the network still brings bytes, which leaves next to nothing for fsync(2) to wait for. It is a
    /// hint: what comes of it is seen at fsync(2).
    /// </summary>
    private void WriteBack()
    {
        if (OperatingSystem.IsLinux() && Length - _writeBackFrom >= WriteBackEvery)
        {
            _ = SyncFileRange(_handle, _writeBackFrom, Length - _writeBackFrom, BeginWriting);
            _writeBackFrom = Length;
        }
    }

    private void HashWhatIsThere(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StoreFile.BufferSize);
        try
        {
            for (long offset = 0; offset < Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(_handle, buffer.AsSpan(0, StoreFile.BufferSize), offset);
                if (read == 0)
                {
                    throw new IOException("An unfinished push became shorter while it was read.");
                }

                _hash.AppendData(buffer, 0, read);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long bytes, uint flags);
}

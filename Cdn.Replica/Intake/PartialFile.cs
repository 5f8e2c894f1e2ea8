using System.Buffers;
using System.Security.Cryptography;
using Cdn.Contracts;
using Cdn.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Replica.Intake;

/// <summary>
/// The file of what is arriving, <c>incoming/&lt;sha256&gt;</c>. Its length is how far it came, also after a crash: whether the
/// bytes are right is seen at the end, when all of them are hashed. One writer, any number of readers.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private readonly WriteBack _writeBack;

    private PartialFile(string path, SafeFileHandle handle, long length) =>
        (Path, _handle, Length, _writeBack) = (path, handle, length, new WriteBack(handle, length));

    public string Path { get; }

    /// <summary>Bytes on the disk.</summary>
    public long Length { get; private set; }

    /// <summary>Length of a partial file; 0 if there is none.</summary>
    public static long LengthOf(string path) => FileStat.TryOf(path, out var status) ? status.Size : 0;

    /// <summary>
    /// Opens or creates it, and takes what is there into the hash. Room is not preallocated: the blocks would stay with what
    /// breaks off, and its own resumption would find the disk full of them.
    /// </summary>
    /// <exception cref="IOException">The disk is broken.</exception>
    public static PartialFile Open(string path)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var partial = new PartialFile(path, handle, RandomAccess.GetLength(handle));
        try
        {
            return FileHasher.Append(partial._hash, handle, partial.Length)
                ? partial
                : throw new IOException("What had arrived became shorter while it was read.");
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
        _writeBack.Advance(Length);
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_handle, buffer, offset, cancellationToken);

    /// <summary>The digest of all bytes; the hash starts anew.</summary>
    public Sha256Digest Digest() => new(_hash.GetHashAndReset());

    /// <summary>Makes the content durable, with the origin's modification time.</summary>
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
}

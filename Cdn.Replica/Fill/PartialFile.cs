using System.Buffers;
using System.Security.Cryptography;
using Cdn.Contracts;
using Cdn.Replica.Store;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Replica.Fill;

/// <summary>
/// The file of an unfinished push, <c>incoming/&lt;sha256&gt;</c>. Its length is how far the push came, also after a crash:
/// whether the bytes are right is seen at the end, when all of them are hashed.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private PartialFile(string path, SafeFileHandle handle, long length) => (Path, _handle, Length) = (path, handle, length);

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
    public static async Task<PartialFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
        var partial = new PartialFile(path, handle, RandomAccess.GetLength(handle));
        try
        {
            await partial.HashWhatIsThereAsync(cancellationToken);
            return partial;
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        // Not cancelled with the request: what has arrived is worth keeping.
        await RandomAccess.WriteAsync(_handle, bytes, Length, CancellationToken.None);
        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
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

    private async Task HashWhatIsThereAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StoreFile.BufferSize);
        try
        {
            for (long offset = 0; offset < Length;)
            {
                var read = await RandomAccess.ReadAsync(_handle, buffer.AsMemory(0, StoreFile.BufferSize), offset, cancellationToken);
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
}

using System.Buffers;
using System.Security.Cryptography;
using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>How video files are opened for reading from one end to the other.</summary>
internal static class FileReading
{
    /// <summary>Bytes read at a time: 256 KiB, from where on larger reads gain nothing.</summary>
    public const int BufferSize = 256 * 1024;

    /// <summary>Readers stand in nobody's way: the file may be replaced or removed meanwhile.</summary>
    public static readonly FileStreamOptions Options = new()
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.SequentialScan,
        BufferSize = BufferSize,
    };

    /// <summary>
    /// The digest of a file. <see cref="SHA256.HashDataAsync(Stream, CancellationToken)"/> would read it in 4 KiB.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<Sha256Digest> DigestAsync(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, Options.Mode, Options.Access, Options.Share, Options.Options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (long offset = 0; ;)
            {
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, BufferSize), offset, cancellationToken);
                if (read == 0)
                {
                    return new Sha256Digest(hash.GetHashAndReset());
                }

                hash.AppendData(buffer, 0, read);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

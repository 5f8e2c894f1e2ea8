using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cdn.Contracts;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Origin.Files;

/// <summary>Reads a file from one end to the other and hashes it. Each thread that does that has one.</summary>
internal sealed partial class FileDigest : IDisposable
{
    /// <summary>Bytes read at a time: 1 MiB; between two of them it is seen whether the result is still wanted.</summary>
    private const int BufferSize = 1024 * 1024;

    /// <summary>POSIX_FADV_SEQUENTIAL: the kernel reads ahead twice as far.</summary>
    private const int Sequential = 2;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The digest; null if it was not wanted any more, or the file is not as long as it was.</summary>
    /// <param name="file">The file.</param>
    /// <param name="size">Its length.</param>
    /// <param name="goOn">Told how far it is after each piece; answers whether to go on.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Sha256Digest? Of(SafeFileHandle file, long size, Func<long, bool> goOn)
    {
        if (OperatingSystem.IsLinux() && size > BufferSize)
        {
            _ = Advise(file, 0, 0, Sequential);
        }

        var offset = 0L;
        try
        {
            while (offset < size)
            {
                var read = RandomAccess.Read(file, _buffer, offset);
                _hash.AppendData(_buffer, 0, read);
                offset += read;
                if (read == 0 || !goOn(offset))
                {
                    return null;
                }
            }

            return offset == size ? new Sha256Digest(_hash.GetHashAndReset()) : null;
        }
        finally
        {
            if (offset != size)
            {
                _hash.GetHashAndReset();
            }
        }
    }

    public void Dispose() => _hash.Dispose();

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}

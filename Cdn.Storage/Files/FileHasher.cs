using System.Buffers;
using System.Security.Cryptography;
using Cdn.Contracts;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Storage.Files;

/// <summary>Reads a file from one end to the other and hashes it. One caller at a time.</summary>
public sealed class FileHasher : IDisposable
{
    /// <summary>Bytes read at a time: 1 MiB; between two of them it is seen whether the result is still wanted.</summary>
    public const int StepSize = 1024 * 1024;

    /// <summary>POSIX_FADV_SEQUENTIAL: the kernel reads ahead twice as far.</summary>
    private const int Sequential = 2;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(StepSize);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The digest; null if it was not wanted any more, or the file is not as long as it was.</summary>
    /// <param name="file">The file.</param>
    /// <param name="size">Its length.</param>
    /// <param name="goOn">Told how far it is after each piece; answers whether to go on.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Sha256Digest? Of(SafeFileHandle file, long size, Func<long, bool> goOn)
    {
        ArgumentNullException.ThrowIfNull(goOn);
        ReadAhead(file, size);
        var offset = 0L;
        var isWanted = true;
        while (isWanted && offset < size)
        {
            isWanted = Step(file, ref offset) > 0 && goOn(offset);
        }

        return Result(isWanted && offset == size);
    }

    /// <summary>The same for whoever has to wait between two pieces.</summary>
    /// <param name="file">The file.</param>
    /// <param name="size">Its length.</param>
    /// <param name="goOn">Told how many bytes were read after each piece.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">As <paramref name="goOn"/> says; this can be used again.</exception>
    public async Task<Sha256Digest?> OfAsync(SafeFileHandle file, long size, Func<int, Task> goOn)
    {
        ArgumentNullException.ThrowIfNull(goOn);
        ReadAhead(file, size);
        var offset = 0L;
        var isComplete = false;
        try
        {
            while (offset < size)
            {
                var read = Step(file, ref offset);
                if (read == 0)
                {
                    break;
                }

                await goOn(read);
            }

            isComplete = offset == size;
        }
        finally
        {
            if (!isComplete)
            {
                Result(false);
            }
        }

        return isComplete ? Result(true) : null;
    }

    /// <inheritdoc />
    public void Dispose() => _hash.Dispose();

    /// <summary>Takes a file into a hash that goes on after it; false if it is not as long as it was.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool Append(IncrementalHash hash, SafeFileHandle file, long size)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ReadAhead(file, size);
        var buffer = ArrayPool<byte>.Shared.Rent(StepSize);
        try
        {
            for (var offset = 0L; offset < size;)
            {
                var read = RandomAccess.Read(file, buffer, offset);
                if (read == 0)
                {
                    return false;
                }

                hash.AppendData(buffer, 0, read);
                offset += read;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void ReadAhead(SafeFileHandle file, long size)
    {
        if (OperatingSystem.IsLinux() && size > StepSize)
        {
            _ = Libc.Advise(file, 0, 0, Sequential);
        }
    }

    private int Step(SafeFileHandle file, ref long offset)
    {
        try
        {
            var read = RandomAccess.Read(file, _buffer, offset);
            _hash.AppendData(_buffer, 0, read);
            offset += read;
            return read;
        }
        catch
        {
            _hash.GetHashAndReset();
            throw;
        }
    }

    private Sha256Digest? Result(bool isComplete)
    {
        var digest = new Sha256Digest(_hash.GetHashAndReset());
        return isComplete ? digest : null;
    }
}

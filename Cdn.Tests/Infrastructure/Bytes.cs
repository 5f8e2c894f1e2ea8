using System.Security.Cryptography;
using Cdn.Contracts;

namespace Cdn.Tests.Infrastructure;

/// <summary>Bytes to send around.</summary>
public static class Bytes
{
    public static byte[] Random(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Sha256Digest Digest(byte[] bytes) => new(SHA256.HashData(bytes));
}

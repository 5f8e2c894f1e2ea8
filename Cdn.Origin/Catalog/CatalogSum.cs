using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>
/// A number that stands for the content of a catalog, whatever the order: the sum of a hash of each video, in four parts of 64
/// bits. A change
/// costs what changed. It tells one catalog of this origin from another, and nothing depends on more.
/// </summary>
internal readonly record struct CatalogSum(ulong A, ulong B, ulong C, ulong D)
{
    private const int FixedLength = sizeof(long) + Sha256Digest.ByteLength + sizeof(long);

    public CatalogSum With(CatalogVideo video)
    {
        var (a, b, c, d) = HashOf(video);
        return new CatalogSum(A + a, B + b, C + c, D + d);
    }

    public CatalogSum Without(CatalogVideo video)
    {
        var (a, b, c, d) = HashOf(video);
        return new CatalogSum(A - a, B - b, C - c, D - d);
    }

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString() => $"{A:x16}{B:x16}{C:x16}{D:x16}";

    private static CatalogSum HashOf(CatalogVideo video)
    {
        Span<byte> bytes = stackalloc byte[FixedLength + Limits.MaxVideoNameBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, video.Size);
        video.Sha256.ToBytes().CopyTo(bytes[sizeof(long)..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(sizeof(long) + Sha256Digest.ByteLength)..], video.LastModified.ToUnixTimeSeconds());
        var length = FixedLength + Encoding.UTF8.GetBytes(video.Name.Value, bytes[FixedLength..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        return new CatalogSum(
            BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(hash[16..]), BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));
    }
}

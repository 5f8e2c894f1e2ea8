using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Cdn.Contracts;

/// <summary>A SHA-256 digest: 32 bytes by value, hexadecimal in JSON and file names, base64 in <c>Repr-Digest</c>.</summary>
[JsonConverter(typeof(Sha256DigestJsonConverter))]
public readonly record struct Sha256Digest : IStableHash
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int ByteLength = 32;

    private const string FieldPrefix = "sha-256=:";

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Wraps the 32 bytes that a hash function gave.</summary>
    public Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, ByteLength);
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Its first 64 bits, which are as good as random.</summary>
    public ulong Leading => _a;

    /// <inheritdoc />
    public ulong StableHash => _a;

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _a);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], _d);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The value of a <c>Repr-Digest</c> field (RFC 9530 section 3): <c>sha-256=:base64:</c>.</summary>
    public string ToReprDigest() => $"{FieldPrefix}{Convert.ToBase64String(ToBytes())}:";

    /// <summary>Reads 64 hexadecimal digits.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out Sha256Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (hex.Length != ByteLength * 2
            || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        digest = new Sha256Digest(bytes);
        return true;
    }

    /// <summary>
    /// Reads the SHA-256 member of a <c>Repr-Digest</c> field; other algorithms in it are passed over (RFC 9530).
    /// </summary>
    public static bool TryParseReprDigest([NotNullWhen(true)] string? field, out Sha256Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        foreach (var member in (field ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!member.StartsWith(FieldPrefix, StringComparison.Ordinal)
                || !member.EndsWith(':')
                || member.Length == FieldPrefix.Length) // One colon is not both of them.
            {
                continue;
            }

            var base64 = member.AsSpan(FieldPrefix.Length..^1);
            if (Convert.TryFromBase64Chars(base64, bytes, out var written) && written == ByteLength)
            {
                digest = new Sha256Digest(bytes[..ByteLength]);
                return true;
            }
        }

        return false;
    }
}

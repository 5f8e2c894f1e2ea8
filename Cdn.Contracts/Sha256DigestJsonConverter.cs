using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cdn.Contracts;

/// <summary>A <see cref="Sha256Digest"/> is 64 hexadecimal digits on the wire.</summary>
public sealed class Sha256DigestJsonConverter : JsonConverter<Sha256Digest>
{
    /// <inheritdoc />
    public override Sha256Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<char> hex = stackalloc char[2 * Sha256Digest.ByteLength];
        return reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && reader.ValueSpan.Length == hex.Length
            && Sha256Digest.TryParseHex(hex[..reader.CopyString(hex)], out var digest)
            || Sha256Digest.TryParseHex(reader.TokenType == JsonTokenType.String ? reader.GetString() : null, out digest)
            ? digest
            : throw new JsonException("A SHA-256 digest is 64 hexadecimal digits.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Sha256Digest value, JsonSerializerOptions options) =>
        Write(writer, value);

    private static void Write(Utf8JsonWriter writer, Sha256Digest value)
    {
        Span<byte> bytes = stackalloc byte[Sha256Digest.ByteLength];
        Span<char> hex = stackalloc char[2 * Sha256Digest.ByteLength];
        value.CopyTo(bytes);
        Convert.TryToHexStringLower(bytes, hex, out _);
        writer.WriteStringValue(hex);
    }
}

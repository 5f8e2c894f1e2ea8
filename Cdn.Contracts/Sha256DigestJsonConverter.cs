using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cdn.Contracts;

/// <summary>A <see cref="Sha256Digest"/> is 64 hexadecimal digits on the wire.</summary>
public sealed class Sha256DigestJsonConverter : JsonConverter<Sha256Digest>
{
    /// <inheritdoc />
    public override Sha256Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var hex = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Sha256Digest.TryParseHex(hex, out var digest)
            ? digest
            : throw new JsonException("A SHA-256 digest is 64 hexadecimal digits.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Sha256Digest value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

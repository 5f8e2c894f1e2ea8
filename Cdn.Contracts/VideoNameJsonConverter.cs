using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cdn.Contracts;

/// <summary>A <see cref="VideoName"/> is a string on the wire, and is held to its rules when it is read.</summary>
public sealed class VideoNameJsonConverter : JsonConverter<VideoName>
{
    /// <inheritdoc />
    public override VideoName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return VideoName.TryParse(text, out var name, out var error) ? name : throw new JsonException(error);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, VideoName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cdn.Contracts.Tokens;

/// <summary>The JSON in tokens.</summary>
internal static class JwsText
{
    /// <summary>What a token is in is no HTML: only what JSON itself must escape is escaped.</summary>
    public static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A header of texts, in this order.</summary>
    public static ReadOnlySpan<byte> Header(params ReadOnlySpan<(string Name, string Value)> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }
}

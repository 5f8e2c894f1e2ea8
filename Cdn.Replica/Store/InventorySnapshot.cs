using System.Text.Json;
using Cdn.Contracts;

namespace Cdn.Replica.Store;

/// <summary>Everything held at one moment. It is written as it is sent: of 100,000 videos the JSON alone would be 14 MB.</summary>
/// <param name="ETag">Its tag, with quotes.</param>
/// <param name="Revision">Grows with every change while the process lives.</param>
/// <param name="Videos">What is held, in no order.</param>
/// <param name="Purged">Up to where purges are applied.</param>
/// <param name="Capacity">Most bytes of the store.</param>
internal sealed record InventorySnapshot(string ETag, long Revision, KeyValuePair<VideoName, HeldObject>[] Videos, PurgeMark? Purged, long Capacity)
{
    /// <summary>Bytes of JSON that are collected before they are sent: 64 KiB.</summary>
    private const int StepSize = 64 * 1024;

    /// <summary>Writes it as <see cref="Inventory"/>, sorted by name.</summary>
    public async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        Array.Sort(Videos, (a, b) => string.CompareOrdinal(a.Key.Value, b.Key.Value));
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteNumber("revision", Revision);
        json.WriteStartArray("videos");
        foreach (var (name, held) in Videos)
        {
            JsonSerializer.Serialize(json, new HeldVideo(name, held.Size, held.Sha256, held.IsPinned), WireJson.Default.HeldVideo);
            if (json.BytesPending > StepSize)
            {
                await json.FlushAsync(cancellationToken);
            }
        }

        json.WriteEndArray();
        if (Capacity < long.MaxValue)
        {
            json.WriteNumber("capacity", Capacity);
        }

        if (Purged is not null)
        {
            json.WritePropertyName("purged");
            JsonSerializer.Serialize(json, Purged, WireJson.Default.PurgeMark);
        }

        json.WriteEndObject();
    }
}

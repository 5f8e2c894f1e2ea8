using System.Text.Json;
using Cdn.Contracts;

namespace Cdn.Replica.Store;

/// <summary>An inventory as it is sent.</summary>
/// <param name="ETag">Its tag, with quotes.</param>
/// <param name="Json">It as JSON.</param>
internal sealed record InventorySnapshot(string ETag, byte[] Json)
{
    public static InventorySnapshot Of(IEnumerable<KeyValuePair<VideoName, HeldObject>> held, long revision, string identity)
    {
        var videos = held
            .Select(entry => new HeldVideo(entry.Key, entry.Value.Size, entry.Value.Sha256, entry.Value.IsPinned))
            .OrderBy(video => video.Name.Value, StringComparer.Ordinal);
        var inventory = new Inventory(revision, [.. videos]);
        return new InventorySnapshot(
            $"\"{identity}-{revision}\"", JsonSerializer.SerializeToUtf8Bytes(inventory, WireJson.Default.Inventory));
    }
}

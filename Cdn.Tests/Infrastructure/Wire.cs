using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Cdn.Contracts;

namespace Cdn.Tests.Infrastructure;

/// <summary>What a replica holds.</summary>
internal sealed record Holdings(long Revision, ImmutableArray<HeldVideo> Videos, PurgeMark? Purged);

/// <summary>The wire as the services speak it, from a test's side.</summary>
internal static class Wire
{
    /// <summary>The time of every <see cref="Frame"/>.</summary>
    public static readonly DateTimeOffset FrameTime = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A push of some bytes; <paramref name="claimed"/> is what the digest is made of, if not the bytes.</summary>
    public static HttpRequestMessage Push(string name, byte[] body, byte[]? claimed = null, int offset = 0)
    {
        var whole = claimed ?? body;
        var request = new HttpRequestMessage(HttpMethod.Put, Routes.CacheVideo + name) { Content = new ByteArrayContent(body[offset..]) };
        request.Headers.Add(CdnHeaders.ReprDigest, Bytes.Digest(whole).ToReprDigest());
        if (offset > 0)
        {
            request.Headers.Add(CdnHeaders.UploadOffset, offset.ToString());
            request.Headers.Add(CdnHeaders.UploadLength, whole.Length.ToString());
        }

        request.Content.Headers.LastModified = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        return request;
    }

    /// <summary>A video as it goes in a push of many; <paramref name="claimed"/> as above.</summary>
    public static byte[] Frame(string name, byte[] bytes, byte[]? claimed = null)
    {
        var video = new CatalogVideo(
            VideoName.Parse(name), bytes.Length, Bytes.Digest(claimed ?? bytes), "video/mp2t", FrameTime);
        return [.. JsonSerializer.SerializeToUtf8Bytes(video, WireJson.Default.CatalogVideo), (byte)'\n', .. bytes];
    }

    /// <summary>A push of many; the body is made of <see cref="Frame"/>s.</summary>
    public static async Task<HttpResponseMessage> PushManyAsync(this ServiceProcess replica, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.cdn.batch");
        return await replica.Authorized.PostAsync(Routes.CacheVideos, content);
    }

    /// <summary>How much of some bytes a replica holds.</summary>
    public static async Task<(string Complete, long Offset)> ProgressAsync(this ServiceProcess replica, string name, byte[] whole)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Routes.CacheVideo + name);
        request.Headers.Add(CdnHeaders.ReprDigest, Bytes.Digest(whole).ToReprDigest());
        using var response = await replica.Authorized.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (
            response.Headers.GetValues(CdnHeaders.UploadComplete).Single(),
            long.Parse(response.Headers.GetValues(CdnHeaders.UploadOffset).Single()));
    }

    public static Task<Holdings> InventoryAsync(this ServiceProcess replica) => replica.Http.InventoryAsync();

    /// <summary>Everything that a replica holds, page by page, sorted by name.</summary>
    public static async Task<Holdings> InventoryAsync(this HttpClient replica)
    {
        var (videos, cursor) = (new List<HeldVideo>(), FeedCursor.Start);
        while (true)
        {
            var page = (await replica.GetFromJsonAsync($"{Routes.Inventory}?{cursor.ToQuery()}", WireJson.Default.InventoryPage))!;
            videos.AddRange(page.Feed.Items);
            if (page.Feed.Buckets is not { End: < BucketRange.Count and var next })
            {
                return new Holdings(page.Feed.Revision, [.. videos.OrderBy(video => video.Name.Value, StringComparer.Ordinal)], page.Purged);
            }

            cursor = new FeedCursor(page.Feed.Set, page.Feed.Revision, next);
        }
    }

    public static async Task<Heartbeat> HeartbeatAsync(this ServiceProcess replica) =>
        (await replica.Http.GetFromJsonAsync(Routes.Heartbeat, WireJson.Default.Heartbeat))!;

    public static async Task<Catalog> CatalogAsync(this ServiceProcess origin) =>
        (await origin.Http.GetFromJsonAsync(Routes.ListVideos, WireJson.Default.Catalog))!;

    /// <summary>Sends a request byte for byte, as no well-behaved client would, and returns the status of the answer.</summary>
    public static async Task<int> SendRawAsync(Uri address, string head, byte[]? body = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head + "\r\n\r\n"));
        await stream.WriteAsync(body ?? []);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var status = await reader.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        return int.Parse(status!.Split(' ')[1]);
    }
}

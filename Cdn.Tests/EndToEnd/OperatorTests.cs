using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>The operator's API as an operator reaches it: through nginx, with the key that the AppHost said.</summary>
[StartsProcesses]
public sealed class OperatorTests
{
    [Fact]
    public async Task Api_ThroughNginx_NeedsTheKey_DrainsAndPurges()
    {
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 100_000), null, "--REPLICA_COUNT=3");

        using var closed = await cdn.OperateAsync(HttpMethod.Get, "/api/status", withKey: false);
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        var status = await JsonAsync(await cdn.OperateAsync(HttpMethod.Get, "/api/status"));
        Assert.Equal(3, status.GetProperty("replicas").GetArrayLength());

        (await cdn.OperateAsync(HttpMethod.Post, "/api/replicas/replica2/drain")).EnsureSuccessStatusCode();
        var seen = new SortedSet<string>();
        for (var i = 0; i < 9; i++)
        {
            using var response = await cdn.Client.GetAsync("/video/film.mp4");
            seen.Add(response.RequestMessage!.RequestUri!.Segments[1]);
        }

        Assert.Equal(["replica1/", "replica3/"], seen);

        var report = await JsonAsync(await cdn.OperateAsync(HttpMethod.Post, "/api/purge", new { name = "film.mp4", block = true }));
        Assert.All(report.GetProperty("receipts").EnumerateArray(), receipt => Assert.Equal("purged", receipt.GetProperty("status").GetString()));
        foreach (var path in (string[])["/video/film.mp4", "/replica1/video/film.mp4", "/replica2/video/film.mp4"])
        {
            await Eventually.TrueAsync(async () => (await cdn.Client.GetAsync(path)).StatusCode == HttpStatusCode.NotFound, $"{path} is gone");
        }

        Assert.Equal([.. Enumerable.Repeat(401, 10), 429], await TryKeysAsync(cdn.Client));
        using var late = await cdn.OperateAsync(HttpMethod.Get, "/api/status");
        Assert.Equal(HttpStatusCode.TooManyRequests, late.StatusCode);
        Assert.InRange(late.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 6);
    }

    /// <summary>Tries keys until it is told to wait: ten of them, and as many more as minutes have tenths meanwhile.</summary>
    private static async Task<IEnumerable<int>> TryKeysAsync(HttpClient client)
    {
        var statuses = new List<int>();
        while (statuses.Count < 100 && !statuses.Contains(429))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/status") { Version = HttpVersion.Version20 };
            request.Headers.Authorization = new("Bearer", $"a-wrong-key-{statuses.Count}");
            using var response = await client.SendAsync(request);
            statuses.Add((int)response.StatusCode);
        }

        return [.. statuses.Take(10), statuses[^1]];
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using (response)
        {
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }
    }
}

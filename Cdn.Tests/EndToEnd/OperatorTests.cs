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

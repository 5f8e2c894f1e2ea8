using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>What players of other pages' scripts see: HLS content steering, and CORS on every hop.</summary>
public sealed class ContentSteeringTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Player_GetsAManifest_AndCorsHeadersExactlyOnce(bool edgeSeesStore)
    {
        await using var cdn = await CdnApp.StartAsync(
            folder => folder.Write("live/master.m3u8", 200), null, $"--EDGE_SEES_STORE={edgeSeesStore}", "--STEERING=consistent-hash");

        using var response = await cdn.Client.GetAsync("/steering/live/master.m3u8?_HLS_pathway=replica1&_HLS_throughput=5000000");
        var manifest = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal((1, 10), (manifest.GetProperty("VERSION").GetInt32(), manifest.GetProperty("TTL").GetInt32()));
        Assert.Equal("/steering/live/master.m3u8", manifest.GetProperty("RELOAD-URI").GetString());
        Assert.Equal(["replica1", "replica2"], manifest.GetProperty("PATHWAY-PRIORITY").EnumerateArray().Select(one => one.GetString()).Order());

        using var client = cdn.CreateClient(followRedirects: false);
        foreach (var (path, status) in new[]
        {
            ("/video/live/master.m3u8", HttpStatusCode.Redirect),
            ("/video/none.mp4", HttpStatusCode.NotFound),
            ("/steering/live/master.m3u8", HttpStatusCode.OK),
            ("/steering/none.m3u8", HttpStatusCode.NotFound),
            ("/replica1/video/live/master.m3u8", HttpStatusCode.OK),
            ("/replica2/video/none.mp4", HttpStatusCode.NotFound),
        })
        {
            using var answer = await client.GetAsync(path);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.Single(answer.Headers.GetValues("Access-Control-Expose-Headers"));
        }

        // A drained replica is the last choice of a player, too.
        (await cdn.OperateAsync(HttpMethod.Post, "/api/replicas/replica1/drain")).EnsureSuccessStatusCode();
        var drained = await cdn.Client.GetFromJsonAsync<JsonElement>("/steering/live/master.m3u8");
        Assert.Equal(["replica2", "replica1"], drained.GetProperty("PATHWAY-PRIORITY").EnumerateArray().Select(one => one.GetString()));
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>
/// What players on other sites' pages see: HLS content steering, CORS on every hop, and the same replica for as long as it is
/// there.
/// </summary>
[StartsProcesses]
public sealed class ContentSteeringTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Player_GetsAManifest_AndCorsHeadersExactlyOnce(bool edgeSeesStore)
    {
        await using var cdn = await CdnApp.StartAsync(
            folder => folder.Write("live/master.m3u8", 200), null, $"--EDGE_SEES_STORE={edgeSeesStore}");

        using var response = await cdn.Client.GetAsync("/steering/live/master.m3u8?_HLS_pathway=replica1&_HLS_throughput=5000000");
        var manifest = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal((1, 10), (manifest.GetProperty("VERSION").GetInt32(), manifest.GetProperty("TTL").GetInt32()));
        Assert.Equal("/steering/live/master.m3u8", manifest.GetProperty("RELOAD-URI").GetString());
        Assert.Equal(["replica1", "replica2"], manifest.GetProperty("PATHWAY-PRIORITY").EnumerateArray().Select(one => one.GetString()).Order());

        Assert.Equal("replica2", (await PathwaysAsync(cdn, "replica2"))[0]);
        Assert.Equal("replica1", (await PathwaysAsync(cdn, "replica1"))[0]);
        await SaysCorsOnceAsync(cdn);

        // A drained replica is the last choice of a player, even of one that is there.
        (await cdn.OperateAsync(HttpMethod.Post, "/api/replicas/replica1/drain")).EnsureSuccessStatusCode();
        Assert.Equal(["replica2", "replica1"], await PathwaysAsync(cdn, "replica1"));
    }

    [Fact]
    public async Task Player_StaysWithItsReplica_AndMovesOverWhenThatOneStops()
    {
        var segments = new byte[6][];
        await using var cdn = await CdnApp.StartAsync(
            folder =>
            {
                folder.Write("live/master.m3u8", 200);
                for (var i = 0; i < segments.Length; i++)
                {
                    segments[i] = folder.Write($"live/{i}.ts", 20_000, seed: i + 1);
                }
            },
            builder => builder
                .CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(project => project.Name == "controller"))
                .WithEnvironment("STEERING", "least-outstanding"),
            "--EDGE_SEES_STORE=false");
        await cdn.IsHealthyAsync();
        using var playlist = await cdn.Client.GetAsync("/video/live/master.m3u8");
        var address = playlist.RequestMessage!.RequestUri!;
        var first = address.Segments[1].TrimEnd('/');
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(first, await SegmentAsync(i));
        }

        await cdn.App.ResourceCommands.ExecuteCommandAsync(first, KnownResourceCommands.StopCommand);

        var second = first == "replica1" ? "replica2" : "replica1";
        for (var i = 3; i < segments.Length; i++)
        {
            Assert.Equal(second, await SegmentAsync(i));
        }

        Assert.Equal(second, (await PathwaysAsync(cdn, first))[0]);

        async Task<string> SegmentAsync(int number)
        {
            using var response = await cdn.Client.GetAsync(new Uri(address, $"{number}.ts"));
            Assert.Equal(segments[number], await response.Content.ReadAsByteArrayAsync());
            return response.RequestMessage!.RequestUri!.Segments[1].TrimEnd('/');
        }
    }

    private static async Task SaysCorsOnceAsync(CdnApp cdn)
    {
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
            using var answer = await AskAsync(HttpMethod.Get, path);
            Assert.Equal(status, answer.StatusCode);
            Assert.Single(answer.Headers.GetValues("Access-Control-Expose-Headers"));

            using var preflight = await AskAsync(HttpMethod.Options, path);
            Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
            Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Methods"));
            Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers"));

            using var refused = await AskAsync(HttpMethod.Delete, path);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
        }

        foreach (var (range, status) in new[] { ("bytes=0-9", HttpStatusCode.PartialContent), ("bytes=900-", HttpStatusCode.RequestedRangeNotSatisfiable) })
        {
            using var answer = await AskAsync(HttpMethod.Get, "/replica1/video/live/master.m3u8", range);
            Assert.Equal(status, answer.StatusCode);
            Assert.Single(answer.Headers.GetValues("Access-Control-Expose-Headers"));
        }

        async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? range = null)
        {
            using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20 };
            if (range is not null)
            {
                request.Headers.Add("Range", range);
            }

            var answer = await client.SendAsync(request);
            Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
            return answer;
        }
    }

    private static async Task<string?[]> PathwaysAsync(CdnApp cdn, string isAt)
    {
        var manifest = await cdn.Client.GetFromJsonAsync<JsonElement>($"/steering/live/master.m3u8?_HLS_pathway={isAt}&_HLS_throughput=5000000");
        return [.. manifest.GetProperty("PATHWAY-PRIORITY").EnumerateArray().Select(one => one.GetString())];
    }
}

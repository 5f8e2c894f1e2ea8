using System.Net;
using System.Net.Http.Json;
using System.Text;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using Cdn.Tests.Replica;

namespace Cdn.Tests.Origin.Fill;

[StartsProcesses]
public class PushTests
{
    [Fact]
    public async Task Push_Video_ReplicaHoldsIt()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        byte[] film = [];
        await using var origin = await StartOriginAsync(replica, videos => film = videos.Write("a/film #1.mp4", 3_000_000));

        var first = await PushAsync(origin, "a/film #1.mp4");
        var second = await PushAsync(origin, "a/film #1.mp4");

        Assert.Equal(3_000_000, (await first.Content.ReadFromJsonAsync(WireJson.Default.PushResult))!.Sent);
        Assert.Equal(0, (await second.Content.ReadFromJsonAsync(WireJson.Default.PushResult))!.Sent);
        Assert.Equal(film, await replica.Service.Http.GetByteArrayAsync("/video/a/film%20%231.mp4"));
    }

    [Fact]
    public async Task Push_EqualFiles_SendsTheBytesOnce()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await using var origin = await StartOriginAsync(replica, videos =>
        {
            videos.Write("a.mp4", 1_000_000);
            videos.Write("b.mp4", 1_000_000);
        });

        var results = await Task.WhenAll(PushAsync(origin, "a.mp4"), PushAsync(origin, "b.mp4"));

        var sent = 0L;
        foreach (var response in results)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            sent += (await response.Content.ReadFromJsonAsync(WireJson.Default.PushResult))!.Sent;
        }

        Assert.Equal(1_000_000, sent);
        Assert.Equal(2, (await replica.Service.InventoryAsync()).Videos.Length);
        Assert.Single(replica.Cache.Files("objects"));
    }

    [Fact]
    public async Task Push_ReplicaHasTheBeginning_SendsTheRest()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        byte[] film = [];
        await using var origin = await StartOriginAsync(replica, videos => film = videos.Write("a.mp4", 1_000_000));
        var kept = await replica.SendHalfAsync("a.mp4", film, 600_000);

        var response = await PushAsync(origin, "a.mp4");

        var result = (await response.Content.ReadFromJsonAsync(WireJson.Default.PushResult))!;
        Assert.InRange(kept, 524_288, 600_000);
        Assert.Equal(1_000_000 - kept, result.Sent);
        Assert.Equal(film, await replica.Service.Http.GetByteArrayAsync("/video/a.mp4"));
    }

    [Fact]
    public async Task Push_CannotBeDone_SaysExactlyWhy()
    {
        await using var origin = await OriginProcess.StartAsync(
            videos => videos.Write("a.mp4", 10),
            ("services__replica1__http__0", $"http://127.0.0.1:{ServiceProcess.FreePort()}"));
        foreach (var (body, status, reason) in new[]
        {
            ("""{"video":"none.mp4","replica":"replica1"}""", 404, "There is no video 'none.mp4'"),
            ("""{"video":"a.mp4","replica":"replica9"}""", 404, "There is no replica named 'replica9'"),
            ("""{"video":"a.mp4","replica":"http://127.0.0.1:1/"}""", 404, "There is no replica named"),
            ("""{"video":"../a.mp4","replica":"replica1"}""", 400, "'..' segment"),
            ("""{"video":"a.mp4"}""", 400, "replica"),
            ("not json", 400, "The body must be"),
            ("""{"video":"a.mp4","replica":"replica1"}""", 502, "Connection refused"),
        })
        {
            using var response = await origin.Service.Authorized.PostAsync(
                Routes.PushVideo, new StringContent(body, Encoding.UTF8, "application/json"));

            Assert.Equal((body, status), (body, (int)response.StatusCode));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Contains(reason, (await response.Content.ReadAsStringAsync()).Replace("\\u0027", "'"));
        }
    }

    [Fact]
    public async Task Push_WithARate_IsNotFaster()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await using var origin = await OriginProcess.StartAsync(
            videos => videos.Write("a.mp4", 3 * 1024 * 1024), ("services__replica1__http__0", replica.Service.Address.ToString()), ("PUSH_RATE", "1M"));

        using var response = await PushAsync(origin, "a.mp4");

        // The first piece of 256 KiB goes at once, each further one a quarter of a second after the one before.
        Assert.True((await response.Content.ReadFromJsonAsync(WireJson.Default.PushResult))!.Seconds >= 2.7);
    }

    [Fact]
    public async Task Push_WithoutTheKey_Is401()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));

        using var response = await origin.Service.Http.PostAsync(Routes.PushVideo, new StringContent("whatever"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.DoesNotContain(ServiceProcess.Key, origin.Service.Log);
    }

    private static Task<OriginProcess> StartOriginAsync(ReplicaProcess replica, Action<TemporaryFolder> fill) =>
        OriginProcess.StartAsync(fill, ("services__replica1__http__0", replica.Service.Address.ToString()));

    private static Task<HttpResponseMessage> PushAsync(OriginProcess origin, string name) => origin.Service.Authorized.PostAsJsonAsync(
        Routes.PushVideo, new PushRequest(VideoName.Parse(name), "replica1"), WireJson.Default.PushRequest);
}

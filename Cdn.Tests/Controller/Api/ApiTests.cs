using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Api;

/// <summary>The operator's API.</summary>
[StartsProcesses]
public class ApiTests
{
    private static readonly string[] Documented =
        ["/api/audit", "/api/ignored", "/api/origin", "/api/status", "/api/events", "/api/videos", "/api/replicas", "/api/replicas/{name}", "/api/replicas/{name}/drain", "/api/replicas/{name}/admit", "/api/purge", "/api/blocks", "/api/pushes", "/api/replan", "/api/tokens", "/api/tokens/revoke", "/api/tokens/revoked"];

    [Fact]
    public async Task Api_TellsWhatIsKnown_AndIsDocumented()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos =>
        {
            videos.Write("a.mp4", 1000);
            videos.Write("b/1.ts", 2000, seed: 2);
            videos.Write("b/2.ts", 3000, seed: 3);
        });

        var status = await plane.ApiAsync(HttpMethod.Get, "/api/status");
        Assert.True(status.GetProperty("healthy").GetBoolean());
        Assert.Equal(6000, status.GetProperty("catalog").GetProperty("bytes").GetInt64());
        Assert.Equal("""{"videosProven":6,"videosAssigned":6,"bytesProven":12000,"bytesAssigned":12000}""", status.GetProperty("progress").GetRawText());
        var replica = await plane.ApiAsync(HttpMethod.Get, "/api/replicas/replica2");
        Assert.Equal(("up", 3), (replica.GetProperty("state").GetString(), replica.GetProperty("proven").GetInt32()));

        var page = await plane.ApiAsync(HttpMethod.Get, "/api/videos?prefix=b/&limit=1");
        Assert.Equal("b/1.ts", page.GetProperty("next").GetString());
        var rest = await plane.ApiAsync(HttpMethod.Get, "/api/videos?prefix=b/&limit=1&after=b/1.ts");
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Equal("b/2.ts", rest.GetProperty("videos")[0].GetProperty("name").GetString());
        Assert.Equal(2, rest.GetProperty("videos")[0].GetProperty("heldBy").GetArrayLength());

        Assert.Equal(0, (await plane.ApiAsync(HttpMethod.Get, "/api/ignored")).GetProperty("total").GetInt32());
        Assert.Equal("inotify", (await plane.ApiAsync(HttpMethod.Get, "/api/origin")).GetProperty("watching").GetString());
        Assert.Empty((await plane.ApiAsync(HttpMethod.Get, "/api/pushes")).GetProperty("pushes").EnumerateArray());
        using var replan = await plane.SendAsync(HttpMethod.Post, "/api/replan");
        Assert.Equal(HttpStatusCode.Accepted, replan.StatusCode);

        var document = await plane.Controller.Http.GetFromJsonAsync<JsonElement>("/api/openapi.json"); // for everybody
        Assert.Equal(Documented.Order(), document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order());
    }

    [Fact]
    public async Task Drain_Replica_GetsNoClientsUntilAdmitted()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos => videos.Write("a.mp4", 1000));

        await plane.ApiAsync(HttpMethod.Post, "/api/replicas/replica1/drain");
        Assert.Equal(["replica2"], await SeenAsync(plane));
        await plane.Replicas[0].StopAsync();
        await plane.Replicas[0].StartAsync();
        await plane.IsHealthyAsync();
        Assert.Equal(["replica2"], await SeenAsync(plane)); // The wish outlives a restart.

        await plane.ApiAsync(HttpMethod.Post, "/api/replicas/replica2/drain");
        Assert.Equal(2, (await SeenAsync(plane)).Count); // Rather one that is drained than none.
        await plane.ApiAsync(HttpMethod.Post, "/api/replicas/replica1/admit");
        Assert.Equal(["replica1"], await SeenAsync(plane));
    }

    [Fact]
    public async Task Events_TellOfAChange()
    {
        await using var plane = await ControlPlane.StartAsync(1, videos => videos.Write("a.mp4", 1000));
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpClient(handler) { BaseAddress = plane.Controller.Address, Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "an-operators-key-for-tests");
        using var response = await http.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        async Task<JsonElement> NextAsync()
        {
            while (true)
            {
                if (await reader.ReadLineAsync(patience.Token) is { } line && line.StartsWith("data: "))
                {
                    return JsonDocument.Parse(line[6..]).RootElement;
                }
            }
        }

        Assert.Equal(1, (await NextAsync()).GetProperty("catalog").GetProperty("videos").GetInt32());
        plane.Videos.Write("b.mp4", 1000, seed: 2);
        while ((await NextAsync()) is var status && (status.GetProperty("catalog").GetProperty("videos").GetInt32() < 2 || !status.GetProperty("healthy").GetBoolean()))
        {
        }
    }

    [Fact]
    public async Task Api_WithoutTheOperatorsKey_IsClosed_AndAPurgeOfNothingOrTooMuchIsRefused()
    {
        await using var plane = await ControlPlane.StartAsync(
            1, videos => videos.Write("a.mp4", 1000), settings: ("LIMIT_WRONG_KEYS", "0"));
        foreach (var (method, path) in new[] { ("GET", "/api/status"), ("POST", "/api/purge"), ("POST", "/API/purge"), ("GET", "/Api/Status"), ("POST", "/api/replicas/replica1/drain") })
        {
            foreach (var authorization in (string?[])[null, "Bearer a-wrong-key-of-some-length"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
                using var response = await plane.Controller.Http.SendAsync(request);
                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            }
        }

        foreach (var body in (string[])["""{}""", """{"name":"a.mp4","all":true}""", """{"prefix":""}""", """{"prefix":"../"}""", """{"prefix":"shows//1"}""", """{"prefix":"/shows"}""", """{"prefix":7}""", "null", """{"name":"../a.mp4"}""", """{"na"""])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/purge") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new("Bearer", "an-operators-key-for-tests");
            using var response = await plane.Controller.Http.SendAsync(request);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{body}: {response.StatusCode}");
            Assert.Single((await plane.Replicas[0].InventoryAsync()).Videos);
        }
    }

    [Fact]
    public async Task Operators_HaveKeysAndRoles_AndWhatTheyChangeIsRecorded()
    {
        using var keys = new TemporaryFolder();
        File.WriteAllText(keys.Of("keys"), "alice operate a-key-of-alice-0123\ngrafana read a-key-of-grafana-01\n");
        await using var plane = await ControlPlane.StartAsync(
            1,
            videos => videos.Write("a.mp4", 1000),
            settings: [("OPERATOR_KEYS", keys.Of("keys")), ("EDGE_SECRET", "a-secret-for-tests-0123")]);

        Assert.Equal(HttpStatusCode.OK, await AskAsync("GET", "/api/status", "a-key-of-grafana-01"));
        foreach (var (method, path) in new[] { ("POST", "/api/replan"), ("POST", "/API/purge"), ("DELETE", "/api/blocks?all=true"), ("POST", "/api/replicas/replica1/drain") })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(method, path, "a-key-of-grafana-01"));
        }

        Assert.Equal(
            HttpStatusCode.Accepted,
            await AskAsync("POST", "/api/replan", "a-key-of-alice-0123", ("X-Cdn-Edge", "a-secret-for-tests-0123")));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync("DELETE", "/api/blocks?name=a.mp4", "a-key-of-alice-0123"));
        await plane.PurgeAsync(new { name = "a.mp4", block = true });
        await plane.Controller.StopAsync();
        await plane.Controller.StartAsync();

        var page = await plane.ApiAsync(HttpMethod.Get, "/api/audit?limit=3");
        Assert.Equal(
            [
                "operator 127.0.0.1 POST /api/purge a.mp4, block 200 purge 1: replica1 Purged",
                "alice 127.0.0.1 DELETE /api/blocks?name=a.mp4 404 There is no such block.",
                "alice 192.0.2.1 POST /api/replan 202",
            ],
            page.GetProperty("entries").EnumerateArray().Select(Describe));
        var rest = await plane.ApiAsync(HttpMethod.Get, $"/api/audit?before={page.GetProperty("next").GetInt64()}");
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Equal(4, rest.GetProperty("entries").GetArrayLength());
        Assert.All(
            rest.GetProperty("entries").EnumerateArray(), entry => Assert.StartsWith("grafana 127.0.0.1 ", Describe(entry)));
        Assert.All(
            rest.GetProperty("entries").EnumerateArray(),
            entry => Assert.EndsWith(" 403 The key does not allow it.", Describe(entry)));

        async Task<HttpStatusCode> AskAsync(string method, string path, string key, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Authorization = new("Bearer", key);
            request.Headers.Add(CdnHeaders.Client, "192.0.2.1"); // Whoever is not nginx may say so in vain.
            foreach (var (name, value) in headers)
            {
                request.Headers.Add(name, value);
            }

            using var response = await plane.Controller.Http.SendAsync(request);
            return response.StatusCode;
        }

        static string Describe(JsonElement entry) => string.Join(' ', ((string[])["who", "from", "what", "status", "outcome"])
            .Where(name => entry.TryGetProperty(name, out _)).Select(name => entry.GetProperty(name).ToString()));
    }

    /// <summary>What somebody who knows the key of the services gets wrong is said to be wrong, whatever it is.</summary>
    [Fact]
    public async Task KeyedCall_OfHalfABody_IsRefusedWithAReason()
    {
        await using var plane = await ControlPlane.StartAsync(1, videos => videos.Write("a.mp4", 1000));
        foreach (var (service, path) in new[]
        {
            (plane.Replicas[0], "/purge"), (plane.Replicas[0], "/push_video"), (plane.Replicas[0], "/push_videos"),
            (plane.Origin, "/purges"), (plane.Origin, "/push_video"), (plane.Origin, "/push_videos"),
            (plane.Origin, "/doubt_video"),
        })
        {
            foreach (var body in (string[])
            [
                "", "null", "{}", "[]", "7", """{"id":"x"}""", """{"id":"x","last":1,"closed":0,"open":null}""", """{"id":"x","last":1,"closed":0,"open":[{}]}""",
                """{"id":"x","last":1,"closed":0,"open":[null]}""", """{"id":"x","last":1,"closed":0,"open":[{"number":1,"what":{}}]}""",
                """{"name":null,"replica":"replica1"}""", """{"replica":"replica1","videos":null}""", """{"replica":"replica1","videos":[null]}""",
                """{"replica":null,"video":"a.mp4"}""",
            ])
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var response = await service.Authorized.PostAsync(path, content);
                Assert.True((int)response.StatusCode is >= 400 and < 500, $"{path} {body}: {response.StatusCode}");
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            }
        }

        // What a request line or a field may not have by the RFC is the client's affair, too.
        Assert.Equal(302, await Wire.SendRawAsync(plane.Controller.Address, "GET /video/a.mp4?t=\x01\x7F\" HTTP/1.1\r\nHost: x"));
        Assert.Equal(
            302, await Wire.SendRawAsync(plane.Controller.Address, "GET /video/a.mp4 HTTP/1.1\r\nHost: x\r\nReferer: caf\xe9"));
    }

    private static async Task<IReadOnlyCollection<string>> SeenAsync(ControlPlane plane)
    {
        var seen = new SortedSet<string>();
        for (var i = 0; i < 8; i++)
        {
            seen.Add(await plane.SteerAsync("a.mp4"));
        }

        return seen;
    }
}

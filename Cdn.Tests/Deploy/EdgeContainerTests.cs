using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Cdn.Tests.EndToEnd;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary><c>EDGE=container</c>: the AppHost's nginx in a container, by Aspire's orchestrator.</summary>
[StartsProcesses]
[Collection(Podman.Name)]
public sealed class EdgeContainerTests
{
    [Fact]
    public async Task Edge_InAContainer_AnswersAsAProcessDoes_AndIsGoneAfterwards()
    {
        var (podman, why) = await Podman.StartAsync();
        Assert.SkipWhen(podman is null, why);
        await using var _ = podman;
        await podman.CreateNginxAsync();
        using var videos = new TemporaryFolder();
        var film = videos.Write("film.mp4", 2_000_000);
        videos.Write("a folder/ä film.m3u8", 1000);
        podman.UseInThisProcess();
        try
        {
            List<string> byProcess, byContainer;
            await using (var app = await StartAsync(videos, "process"))
            {
                byProcess = await AskAllAsync(app);
            }

            await using (var app = await StartAsync(videos, "container"))
            {
                Assert.Contains("edge-", await podman.RunAsync("ps", "--format", "{{.Names}}"));
                using var response = await app.Client.GetAsync("/video/film.mp4");
                Assert.Equal(2, response.Version.Major);
                Assert.Equal(film, await response.Content.ReadAsByteArrayAsync());
                byContainer = await AskAllAsync(app);

                // It reads the store itself: the replica's process is not asked.
                Assert.Contains("/names/film.mp4", await ServedAsync(app));
                await ReloadAsync(app);

                await podman.RunAsync("kill", "--signal", "KILL", "--all");
                await Eventually.TrueAsync(
                    async () => (await app.Client.GetAsync("/video/film.mp4")).IsSuccessStatusCode, "a killed container is started again");
            }

            Assert.Equal(byProcess, byContainer);
            Assert.DoesNotContain("edge-", await podman.RunAsync("ps", "--all", "--format", "{{.Names}}"));
        }
        finally
        {
            Podman.UseNoneInThisProcess();
        }
    }

    private static async Task<CdnApp> StartAsync(TemporaryFolder videos, string edge)
    {
        var app = await CdnApp.StartAsync(videos.Path, $"--EDGE={edge}", "--REPLICA_COUNT=1");
        await app.IsHealthyAsync();
        return app;
    }

    /// <summary>What an edge answers to everything that it treats in a way of its own.</summary>
    private static async Task<List<string>> AskAllAsync(CdnApp app)
    {
        using var client = app.CreateClient(followRedirects: false);
        const string Film = "/replica1/video/film.mp4";
        List<HttpRequestMessage> requests =
        [
            new(HttpMethod.Get, "/video/film.mp4?a=b"),
            new(HttpMethod.Get, Film),
            new(HttpMethod.Head, Film),
            new(HttpMethod.Get, "/replica1/video/a%20folder/%C3%A4%20film.m3u8"),
            With(Film, headers => headers.Range = new RangeHeaderValue(100, 199)),
            With(Film, headers => headers.Range = new RangeHeaderValue(3_000_000, null)),
            With(Film, headers => headers.IfModifiedSince = DateTimeOffset.UtcNow),
            With(Film, headers => headers.IfMatch.Add(new EntityTagHeaderValue("\"other\""))),
            new(HttpMethod.Get, "/video/there-is-none.mp4"),
            new(HttpMethod.Get, "/replica1/video/there-is-none.mp4"),
            new(HttpMethod.Get, "/replica1/video/"),
            new(HttpMethod.Get, "/video"),
            new(HttpMethod.Post, Film),
            new(HttpMethod.Options, Film),
            new(HttpMethod.Get, "/api/status"),
            new(HttpMethod.Get, "/health"),
        ];
        var answers = new List<string>();
        foreach (var request in requests)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            using var response = await client.SendAsync(request);
            var headers = response.Headers.Concat(response.Content.Headers)
                .Where(header => header.Key is not "Date" and not "traceparent")
                .Select(header => $"{header.Key}={string.Join(',', header.Value)}")
                .Order(StringComparer.Ordinal);
            var answer = $"{(int)response.StatusCode} {await BodyAsync(response)} {string.Join(' ', headers)}";
            answers.Add($"{request.Method} {request.RequestUri!.PathAndQuery}: {answer}");
            request.Dispose();
        }

        return answers;
    }

    /// <summary>Its digest, but for problem details, each of which has an id of its own.</summary>
    private static async Task<string> BodyAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync();
        return response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? Regex.Replace(Encoding.UTF8.GetString(body), @"""traceId"":""[^""]*""", "")
            : Convert.ToHexString(SHA256.HashData(body));
    }

    private static HttpRequestMessage With(string path, Action<HttpRequestHeaders> change)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        change(request.Headers);
        return request;
    }

    private static async Task ReloadAsync(CdnApp app)
    {
        await app.RunAsync("edge", "reload");
        using var response = await app.Client.GetAsync("/video/film.mp4");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<string> ServedAsync(CdnApp app)
    {
        var text = "";
        await Eventually.TrueAsync(
            () =>
            {
                text = string.Concat(Directory.GetFiles(app.Data.Of("edge"), "served-*.log").Select(File.ReadAllText));
                return text.Length > 0;
            },
            "nginx logs what it served");
        return text;
    }
}

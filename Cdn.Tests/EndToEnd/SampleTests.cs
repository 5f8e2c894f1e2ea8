using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>What the README promises, on the sample videos.</summary>
[StartsProcesses]
public sealed class SampleTests(SampleTests.Samples samples) : IClassFixture<SampleTests.Samples>
{
    private CdnApp Cdn => samples.App;

    [Fact]
    public async Task Video_AskedForTwice_ComesFromBothReplicasOverOneHttp2Connection()
    {
        using var client = Cdn.CreateClient();
        var before = Cdn.Connections;
        var original = await File.ReadAllBytesAsync(Path.Combine(Cdn.VideoDir, "sample.mp4"));
        var paths = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var response = await client.GetAsync("/video/sample.mp4");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(HttpVersion.Version20, response.Version);
            Assert.Equal(original, await response.Content.ReadAsByteArrayAsync());
            paths.Add(response.RequestMessage!.RequestUri!.AbsolutePath);
        }

        Assert.Equal(["/replica1/video/sample.mp4", "/replica2/video/sample.mp4"], paths.Order());
        Assert.Equal(1, Cdn.Connections - before);
    }

    [Fact]
    public async Task Video_Redirect_IsRelativeUncachedAndKeepsTheQuery()
    {
        using var client = Cdn.CreateClient(followRedirects: false);

        using var response = await client.GetAsync("/video/hls/index.m3u8?token=a%20b&x=1");

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Matches("^/replica[12]/video/hls/index.m3u8\\?token=a%20b&x=1$", response.Headers.Location!.OriginalString);
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Video_Range_Is206()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/video/sample.mp4") { Version = HttpVersion.Version20 };
        request.Headers.Range = new RangeHeaderValue(100, 199);

        using var response = await Cdn.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Cdn.VideoDir, "sample.mp4"))[100..200], await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Video_OnBothReplicas_HasTheSameTag()
    {
        using var one = await Cdn.Client.GetAsync("/replica1/video/sample.mp4");
        using var two = await Cdn.Client.GetAsync("/replica2/video/sample.mp4");

        Assert.NotNull(one.Headers.ETag);
        Assert.Equal(one.Headers.ETag, two.Headers.ETag);
        Assert.Equal(one.Content.Headers.LastModified, two.Content.Headers.LastModified);
    }

    [Fact]
    public async Task Video_Unknown_Is404WithProblemDetails()
    {
        using var response = await Cdn.Client.GetAsync("/video/none.mp4");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, (await Cdn.Client.GetAsync("/replica1/video/none.mp4")).StatusCode);
    }

    [Theory]
    [InlineData("sample.mp4")]
    [InlineData("hls/index.m3u8")]
    public async Task Video_PlayedByFfprobe_IsWhole(string name)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ffprobe"), "ffprobe is not installed (apt-get install ffmpeg).");
        var start = new ProcessStartInfo("/usr/bin/ffprobe",
        [
            "-v", "error", "-ca_file", TestCertificate.AuthorityFile, "-tls_verify", "1",
            "-count_packets", "-show_entries", "stream=codec_name,nb_read_packets", "-of", "csv=p=0",
            new Uri(Cdn.Address, "/video/" + name).ToString(),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var ffprobe = Process.Start(start)!;
        var output = await ffprobe.StandardOutput.ReadToEndAsync();
        var errors = await ffprobe.StandardError.ReadToEndAsync();
        await ffprobe.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);

        Assert.Equal(0, ffprobe.ExitCode);
        Assert.Equal("", errors);
        Assert.Matches("h264,(150|200)", output);
        Assert.Contains("aac,", output);
    }

    public static TheoryData<string> HiddenPaths => new(
        "/health", "/alive", "/push_video", "/list_videos", "/inventory", "/cache_video/sample.mp4", "/is_cached/sample.mp4",
        "//push_video", "/push_video/", "/%70ush_video", "/video/../push_video", "/video/%2e%2e/push_video", "/video/%2e%2e%2fhealth",
        "/replica1/inventory", "/replica1/health", "/replica1/cache_video/sample.mp4", "/replica1/is_cached/sample.mp4",
        "/replica1/video/../inventory", "/replica1/video/..%2findex.db", "/replica1/video/%2e%2e/%2e%2e/index.db", "/names/sample.mp4", "/replica1/names/sample.mp4", "/replica1//inventory", "/replica1/video/..%2finventory", "/replica9/video/sample.mp4",
        "/controller/video/sample.mp4", "/origin/video/sample.mp4", "/replica1/video/", "/video",
        "/replica1/video/x%0A%2fq%2fr%2fs/../../../inventory", "/video/x%0A%2fq%2fr/../../health", "/video/x%7F");

    [Theory]
    [MemberData(nameof(HiddenPaths))]
    public async Task Edge_InternalPath_Is404ForEveryMethod(string path)
    {
        foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Cdn.Address.GetLeftPart(UriPartial.Authority) + path,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var response = await Cdn.Client.SendAsync(request);
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{method} {path} was answered {response.StatusCode}");
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Edge_OtherMethodOnAVideo_Is405(string method)
    {
        foreach (var path in (string[])["/video/sample.mp4", "/replica1/video/sample.mp4"])
        {
            using var response = await Cdn.Client.SendAsync(
                new HttpRequestMessage(new HttpMethod(method), path) { Version = HttpVersion.Version20 });
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal(["GET", "HEAD", "OPTIONS"], response.Content.Headers.Allow);
        }
    }

    [Fact]
    public async Task Edge_PlainHttp_IsToldSo()
    {
        using var http = new HttpClient();

        using var response = await http.GetAsync($"http://localhost:{Cdn.Address.Port}/video/sample.mp4");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("HTTPS", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Edge_ForgedFailureReport_IsNotBelieved()
    {
        // Believed, it would send every one of these to the other replica.
        var replicas = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/video/sample.mp4") { Version = HttpVersion.Version20 };
            request.Headers.Add(CdnHeaders.FailedReplica, "replica1");
            using var response = await Cdn.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            replicas.Add(response.RequestMessage!.RequestUri!.Segments[1]);
        }

        Assert.Contains("replica1/", replicas);
        Assert.DoesNotContain("nginx reported", await Cdn.HealthTextAsync());
    }

    [Fact]
    public async Task Health_OfTheController_CountsVideosPerReplica() =>
        Assert.Contains("6 of 6 videos on replica1, 6 of 6 videos on replica2", await Cdn.HealthTextAsync());

    [Fact]
    public async Task Services_TheirPorts_AreThoseOfTheModel()
    {
        using var origin = Cdn.App.CreateHttpClient("origin", "http");
        Assert.Equal(HttpStatusCode.OK, (await origin.GetAsync(Routes.ListVideos)).StatusCode);
        using var replica = Cdn.App.CreateHttpClient("replica2", "http");
        Assert.Equal(HttpStatusCode.OK, (await replica.GetAsync(Routes.Inventory)).StatusCode);
    }

    public sealed class Samples : IAsyncLifetime
    {
        public CdnApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync() => App = await CdnApp.StartWithSamplesAsync();

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}

using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>The programs that people fetch and watch videos with.</summary>
[StartsProcesses]
public sealed class PlayerTests(SampleTests.Samples samples) : IClassFixture<SampleTests.Samples>
{
    private static readonly string Authority = TestCertificate.AuthorityFile;

    private CdnApp Cdn => samples.App;

    [Fact]
    public async Task Wget_OfHalfADownload_GoesOn()
    {
        using var folder = new TemporaryFolder();
        var sample = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "videos", "sample.mp4"));
        await File.WriteAllBytesAsync(folder.Of("sample.mp4"), sample[..100_000]);

        var output = await RunAsync("wget", folder, "-c", "--no-hsts", $"--ca-certificate={Authority}", Url("sample.mp4"));

        Assert.Contains("206 Partial Content", output);
        Assert.Equal(sample, await File.ReadAllBytesAsync(folder.Of("sample.mp4")));
    }

    [Fact]
    public async Task Aria2_OnEightConnections_GetsItWhole()
    {
        using var folder = new TemporaryFolder();

        await RunAsync(
            "aria2c", folder, "-x8", "-s8", "-k1M", "--min-split-size=1M", "--no-conf", $"--ca-certificate={Authority}", "-o", "out.mp4", Url("sample.mp4"));

        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "videos", "sample.mp4")), await File.ReadAllBytesAsync(folder.Of("out.mp4")));
    }

    [Theory]
    [InlineData("sample.mp4")]
    [InlineData("hls/index.m3u8")]
    public async Task Ffmpeg_FromTheMiddle_DecodesWithoutAnError(string name)
    {
        using var folder = new TemporaryFolder();

        var output = await RunAsync(
            "ffmpeg", folder, "-v", "error", "-ca_file", Authority, "-tls_verify", "1", "-ss", "3", "-i", Url(name), "-f", "null", "-");

        Assert.Equal("", output);
    }

    [Fact]
    public async Task Chromium_ThatSeeks_Plays()
    {
        Assert.SkipWhen(Browser.Path is null, "Chromium is not installed (apt-get install chromium).");
        await using var browser = await Browser.StartAsync();

        // On a page of another site: the video comes through CORS, redirect included. It plays, seeks to its last quarter and
        // plays on.
        var played = await browser.RunAsync(
            $$"""
            async () => {
                const video = document.createElement('video');
                video.muted = true;
                video.crossOrigin = 'anonymous';
                video.src = '{{Url("sample.mp4")}}';
                document.body.append(video);
                const event = name => new Promise((resolve, reject) => {
                    video.addEventListener(name, resolve, { once: true });
                    video.addEventListener('error', () => reject(video.error.message), { once: true });
                });
                await Promise.all([event('canplay'), video.play()]);
                const seeked = event('seeked');
                video.currentTime = video.duration * 0.75;
                await seeked;
                await event('timeupdate');
                const canvas = document.createElement('canvas');
                canvas.getContext('2d').drawImage(video, 0, 0);
                canvas.toDataURL();
                return video.currentTime >= video.duration * 0.75 ? 'played' : 'at ' + video.currentTime;
            }
            """);

        Assert.Equal("played", played);
    }

    private string Url(string name) => new Uri(Cdn.Address, "/video/" + name).ToString();

    private static Task<string> RunAsync(string program, TemporaryFolder folder, params string[] arguments) =>
        ClientProgram.RunAsync(program, folder.Path, arguments);
}

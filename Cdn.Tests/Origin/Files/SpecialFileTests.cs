using System.Diagnostics;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Files;

/// <summary>What lies in the folder and is no video: it stops nothing, and is said.</summary>
[StartsProcesses]
public class SpecialFileTests
{
    [Fact]
    public async Task Pipe_InTheFolder_StopsNeitherTheRestNorTheEnd()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await Shell.RunAsync("mkfifo \"$1\"", origin.Videos.Of("x.mp4"));

        Assert.Contains("no regular file", await origin.IgnoresAsync("x.mp4"));
        origin.Videos.Write("b.mp4", 10);
        await origin.PublishesAsync("a.mp4", "b.mp4");
        Assert.Contains("\"Healthy\"", await origin.HealthAsync());

        var started = Stopwatch.GetTimestamp();
        await origin.Service.StopAsync();
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Pipe_InPlaceOfAVideo_RemovesItAndIsNeverOpened()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await Shell.RunAsync("rm \"$1\" && mkfifo \"$1\"", origin.Videos.Of("a.mp4"));

        await origin.PublishesAsync();
        await Shell.RunAsync("rm \"$1\"", origin.Videos.Of("a.mp4"));
        var film = origin.Videos.Write("a.mp4", 20);
        await origin.PublishesBytesAsync("a.mp4", film);
    }

    [Fact]
    public async Task FileThatNobodyMayRead_IsNotPublished()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        origin.Videos.Write("secret.mp4", 10, seed: 2);
        await Shell.RunAsync("chmod 000 \"$1\"", origin.Videos.Of("secret.mp4"));

        await origin.PublishesAsync("a.mp4");
        Assert.Contains("nobody may read it", await origin.IgnoresAsync("secret.mp4"));
        await Shell.RunAsync("chmod 440 \"$1\"", origin.Videos.Of("secret.mp4"));
        await origin.PublishesAsync("a.mp4", "secret.mp4");
    }

    [Fact]
    public async Task NamesThatAreNoText_AreListedOnceAndShownEscaped()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10), ("RESCAN", "0.1"));
        await Shell.RunAsync(
            """
            cd "$1"
            for i in 1 2 3 4 5; do printf x > "$i"$'\xff.mp4'; done
            mkdir $'folder\xfe'; printf x > $'folder\xfe/b.mp4'
            printf x > $'\e[31mred.mp4'
            mkdir 'back\slash'; printf x > 'back\slash/c.mp4'
            """,
            origin.Videos.Path);

        Assert.Contains("not UTF-8", await origin.IgnoresAsync("1\\xff.mp4"));
        Assert.Contains("not UTF-8", await origin.IgnoresAsync("folder\\xfe"));
        Assert.Contains("control character", await origin.IgnoresAsync("\\u001b[31mred.mp4"));
        Assert.Contains("backslash", await origin.IgnoresAsync("back\\slash"));
        origin.Videos.Write("b.mp4", 10);
        await origin.PublishesAsync("a.mp4", "b.mp4");
        var scans = (await origin.ReportAsync()).ScanSeconds;
        await Eventually.TrueAsync(async () => (await origin.ReportAsync()).ScanSeconds != scans, "another scan went by");
        Assert.Equal(8, origin.Service.Log.Split('\n').Count(line => line.Contains("is not published")));
        Assert.DoesNotContain('\u001b', origin.Service.Log);
        await Shell.RunAsync("rm -r \"$1\"/*", origin.Videos.Path); // What .NET cannot name it cannot remove.
    }

    [Theory]
    [InlineData(9_000_000_000)]
    [InlineData(-9_000_000_000)]
    [InlineData(-1)]
    public async Task TimeThatNobodyCanExpress_IsClamped(long seconds)
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        File.WriteAllBytes(origin.Videos.Of("b.tmp"), Bytes.Random(20));
        await Shell.RunAsync("touch -d @$2 \"$1/b.tmp\" && mv \"$1/b.tmp\" \"$1/b.mp4\"", origin.Videos.Path, seconds.ToString());

        var video = (await origin.PublishesAsync("a.mp4", "b.mp4")).Videos[1];

        Assert.InRange(video.LastModified, DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow);
        using var response = await origin.Service.Http.GetAsync("/video/b.mp4");
        Assert.Equal(EntityTags.Of(video.LastModified, 20), response.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task FilesThatToolsHaveNotFinished_AreNotPublished()
    {
        string[] unfinished =
        [
            "film.mp4.part-Frag12", "film.mp4.part-Frag12.part", "film.aria2", "film.partial", "film.crdownload", "up.part/film.mp4",
            "film.f137.mp4.part", "film.mp4.ytdl", "film.temp.mp4", "film.mp4~", "lost+found/film.mp4", "@eaDir/film.mp4",
        ];
        await using var origin = await OriginProcess.StartAsync(videos =>
        {
            videos.Write("a.mp4", 10);
            videos.Write("half.mp4", 10);
            videos.Write("half.mp4.aria2", 10);
            foreach (var name in unfinished)
            {
                videos.Write(name, 10);
            }
        });

        await origin.PublishesAsync("a.mp4");
        File.Delete(origin.Videos.Of("half.mp4.aria2"));
        await origin.PublishesAsync("a.mp4", "half.mp4");
    }
}

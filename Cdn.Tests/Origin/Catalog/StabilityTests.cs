using System.Diagnostics;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Catalog;

/// <summary>What is whole is published at once, what is being written is not, and a steady writer is not starved.</summary>
[StartsProcesses]
public class StabilityTests
{
    /// <summary>Versions that are written one after the other, without a pause that STABLE_FOR would wait for.</summary>
    private const int Versions = 12;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task PlaylistRenamedIntoPlace_AgainAndAgain_IsFollowed()
    {
        await using var origin = await StartAsync();
        await FollowsAsync(origin, (path, text) =>
        {
            File.WriteAllText(path + ".tmp", text);
            File.Move(path + ".tmp", path, overwrite: true);
        });
    }

    [Fact]
    public async Task PlaylistWrittenInPlace_AgainAndAgain_IsFollowedAndNeverTorn()
    {
        await using var origin = await StartAsync();
        await FollowsAsync(origin, (path, text) =>
        {
            using var file = new StreamWriter(path, append: false) { AutoFlush = true };
            foreach (var line in text.Split('\n'))
            {
                file.WriteLine(line);
            }
        });
    }

    [Fact]
    public async Task FileLinkedIntoPlace_IsTakenAtOnce()
    {
        await using var origin = await StartAsync();
        File.WriteAllBytes(origin.Videos.Of("b.tmp"), Bytes.Random(3_000_000));
        await Shell.RunAsync("ln \"$1\" \"$2\"", origin.Videos.Of("b.tmp"), origin.Videos.Of("b.mp4"));

        await origin.PublishesAsync("b.mp4"); // STABLE_FOR is longer than this waits.
    }

    [Fact]
    public async Task FileMovedIntoPlace_OfALargeOne_IsTakenAtOnceAlsoWhenItReplaces()
    {
        await using var origin = await StartAsync();
        var film = Bytes.Random(3_000_000, seed: 4);
        File.WriteAllBytes(origin.Videos.Of("b.tmp"), film);
        origin.Videos.Write("a.mp4", 10);
        await origin.PublishesAsync("a.mp4");
        File.Move(origin.Videos.Of("b.tmp"), origin.Videos.Of("a.mp4"), overwrite: true);

        await origin.PublishesBytesAsync("a.mp4", film); // STABLE_FOR is longer than this waits.
    }

    [Fact]
    public async Task Recording_ThatIsClosedAndOpenedAgain_IsNotPublishedBeforeItIsLeftAlone()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10), ("STABLE_FOR", "2"));
        var piece = Bytes.Random(1_500_000);
        for (var i = 0; i < 8; i++)
        {
            await using (var file = new FileStream(origin.Videos.Of("recording.mp4"), FileMode.Append))
            {
                file.Write(piece);
            }

            var pause = Stopwatch.StartNew();
            while (pause.Elapsed < Between)
            {
                Assert.Null(await origin.FindAsync("recording.mp4"));
            }
        }

        Assert.Equal(8 * piece.Length, (await origin.PublishesAsync("a.mp4", "recording.mp4")).Videos[1].Size);
    }

    private static Task<OriginProcess> StartAsync() => OriginProcess.StartAsync(null, ("STABLE_FOR", "3600"));

    /// <summary>
    /// Writes versions of a playlist, each when its time has come, and sees what is published between: nothing but what was
    /// written, and the latest soon.
    /// </summary>
    private static async Task FollowsAsync(OriginProcess origin, Action<string, string> write)
    {
        origin.Videos.Write("live.m3u8", System.Text.Encoding.UTF8.GetBytes("#EXTM3U\n"));
        await origin.PublishesAsync("live.m3u8");
        var written = new HashSet<Sha256Digest>();
        var seen = new HashSet<Sha256Digest>();
        for (var version = 1; version <= Versions; version++)
        {
            write(origin.Videos.Of("live.m3u8"), string.Join('\n', Enumerable.Range(0, 50 + version).Select(line => $"segment{version}-{line}.ts")));
            written.Add(Bytes.Digest(await File.ReadAllBytesAsync(origin.Videos.Of("live.m3u8"))));
            var pause = Stopwatch.StartNew();
            while (pause.Elapsed < Between)
            {
                seen.Add((await origin.FindAsync("live.m3u8"))!.Sha256);
            }
        }

        seen.Remove(Bytes.Digest(System.Text.Encoding.UTF8.GetBytes("#EXTM3U\n")));
        Assert.Subset(written, seen);
        Assert.True(seen.Count > Versions / 2, $"Of {Versions} versions {seen.Count} were seen.");
        await origin.PublishesBytesAsync("live.m3u8", await File.ReadAllBytesAsync(origin.Videos.Of("live.m3u8")));
    }
}

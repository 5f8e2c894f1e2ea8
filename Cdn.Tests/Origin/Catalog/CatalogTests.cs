using System.Net;
using System.Net.Http.Headers;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using Microsoft.Data.Sqlite;

namespace Cdn.Tests.Origin.Catalog;

[StartsProcesses]
public class CatalogTests
{
    [Fact]
    public async Task Catalog_FilesInFolders_HasNameSizeDigestAndType()
    {
        byte[] film = [], segment = [];
        await using var origin = await OriginProcess.StartAsync(videos =>
        {
            film = videos.Write("film.mp4", 100_000);
            segment = videos.Write("live/1/Größe #1.ts", 10);
        });

        var catalog = await origin.PublishesAsync("film.mp4", "live/1/Größe #1.ts");

        Assert.Equal(Bytes.Digest(film), catalog.Videos[0].Sha256);
        Assert.Equal(100_000, catalog.Videos[0].Size);
        Assert.Equal("video/mp4", catalog.Videos[0].ContentType);
        Assert.Equal(Bytes.Digest(segment), catalog.Videos[1].Sha256);
        Assert.Equal("video/mp2t", catalog.Videos[1].ContentType);
    }

    [Fact]
    public async Task Catalog_PartTmpAndDotFiles_AreNotPublished()
    {
        await using var origin = await OriginProcess.StartAsync(videos =>
        {
            foreach (var name in (string[])["a.mp4", "a.mp4.part", "b.tmp", ".hidden.mp4", ".trash/c.mp4", "d/.e/f.mp4"])
            {
                videos.Write(name, 10);
            }
        });

        await origin.PublishesAsync("a.mp4");
    }

    [Fact]
    public async Task Catalog_FileAddedChangedRenamedRemoved_Follows()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        var first = await origin.PublishesAsync("a.mp4");

        origin.Videos.Write("b/c.mp4", 20);
        var second = await origin.PublishesAsync("a.mp4", "b/c.mp4");
        Assert.True(second.Revision > first.Revision);

        var changed = Bytes.Digest(Bytes.Random(30, seed: 2));
        origin.Videos.Write("a.mp4", 30, seed: 2);
        await Eventually.TrueAsync(
            async () => (await origin.Service.CatalogAsync()).Videos[0].Sha256 == changed, "the new version is published");

        File.Move(origin.Videos.Of("a.mp4"), origin.Videos.Of("z.mp4"));
        Directory.Delete(origin.Videos.Of("b"), recursive: true);
        var last = await origin.PublishesAsync("z.mp4");
        Assert.Equal(changed, last.Videos[0].Sha256);
    }

    [Fact]
    public async Task Catalog_FileThatIsBeingWritten_WaitsUntilItsWriterIsDone()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("first.mp4", 10));
        await using (var writer = new FileStream(origin.Videos.Of("slow.mp4"), FileMode.CreateNew))
        {
            writer.Write(Bytes.Random(1000));
            writer.Flush();
            File.SetLastWriteTimeUtc(writer.SafeFileHandle, DateTime.UtcNow.AddMinutes(-1));

            // Another file that comes later and is published shows that scans went by; the open one was left out of them.
            origin.Videos.Write("later.mp4", 10);
            await origin.PublishesAsync("first.mp4", "later.mp4");
            writer.Write(Bytes.Random(500));
        }

        var catalog = await origin.PublishesAsync("first.mp4", "later.mp4", "slow.mp4");
        Assert.Equal(1500, catalog.Videos.Single(video => video.Name.Value == "slow.mp4").Size);
    }

    [Fact]
    public async Task Catalog_OriginRestarted_KeepsRevisionAndTag()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await origin.PublishesAsync("a.mp4");
        var before = await origin.Service.Http.GetAsync(Routes.ListVideos);

        await origin.Service.KillAsync();
        await origin.Service.StartAsync();
        await origin.IsReadyAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, Routes.ListVideos);
        request.Headers.IfNoneMatch.Add(before.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await origin.Service.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Catalog_StateDamaged_IsMadeAgain()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await origin.PublishesAsync("a.mp4");
        await origin.Service.StopAsync();
        File.WriteAllText(origin.State.Of("origin.db"), "this was a database once, but no more");

        await origin.Service.StartAsync();

        await origin.IsReadyAsync();
        await origin.PublishesAsync("a.mp4");
        Assert.StartsWith("this was", File.ReadAllText(origin.State.Of("origin.db.damaged")));
    }

    [Fact]
    public async Task Catalog_VersionWithAnEarlierTime_GetsALaterOne()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        var before = (await origin.PublishesAsync("a.mp4")).Videos[0];
        File.WriteAllBytes(origin.Videos.Of("b.tmp"), Bytes.Random(10, seed: 2));
        File.SetLastWriteTimeUtc(origin.Videos.Of("b.tmp"), before.LastModified.UtcDateTime.AddDays(-1));
        File.Move(origin.Videos.Of("b.tmp"), origin.Videos.Of("a.mp4"), overwrite: true);

        CatalogVideo? after = null;
        await Eventually.TrueAsync(
            async () => (after = (await origin.Service.CatalogAsync()).Videos[0]).Sha256 != before.Sha256, "the new version is published");
        Assert.True(after!.LastModified > before.LastModified);
    }

    [Fact]
    public async Task Catalog_OriginRestarted_DoesNotHashAgain()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await origin.PublishesAsync("a.mp4");
        await origin.Service.StopAsync();

        // Only an origin that hashes again would notice that what it remembers is wrong.
        await using (var database = new SqliteConnection($"Data Source={origin.State.Of("origin.db")};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "UPDATE files SET sha256 = zeroblob(32)";
            await command.ExecuteNonQueryAsync();
        }

        await origin.Service.StartAsync();
        await origin.IsReadyAsync();

        Assert.Equal(default, (await origin.Service.CatalogAsync()).Videos[0].Sha256);
    }

    [Fact]
    public async Task Catalog_SameSizeInTheSameSecond_GetsAnotherTag()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        var before = (await origin.PublishesAsync("a.mp4")).Videos[0];

        File.WriteAllBytes(origin.Videos.Of("b.tmp"), Bytes.Random(10, seed: 2));
        File.SetLastWriteTimeUtc(origin.Videos.Of("b.tmp"), before.LastModified.UtcDateTime.AddMilliseconds(1));
        File.Move(origin.Videos.Of("b.tmp"), origin.Videos.Of("a.mp4"), overwrite: true);

        CatalogVideo? after = null;
        await Eventually.TrueAsync(
            async () => (after = (await origin.Service.CatalogAsync()).Videos[0]).Sha256 != before.Sha256, "the new version is published");
        Assert.NotEqual(EntityTags.Of(before.LastModified, before.Size), EntityTags.Of(after!.LastModified, after.Size));
    }

    [Fact]
    public async Task Catalog_FolderTakenAway_KeepsTheLastOneAndSaysSo()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await origin.PublishesAsync("a.mp4");
        Directory.Move(origin.Videos.Path, origin.Videos.Path + "-away");
        try
        {
            await Eventually.TrueAsync(
                async () => (await origin.Service.Http.GetStringAsync(Routes.Health)).Contains("cannot be scanned"), "it is said");
            Assert.Single((await origin.Service.CatalogAsync()).Videos);
        }
        finally
        {
            Directory.Move(origin.Videos.Path + "-away", origin.Videos.Path);
        }

        await Eventually.TrueAsync(
            async () => !(await origin.Service.Http.GetStringAsync(Routes.Health)).Contains("cannot be scanned"), "it recovers");
    }

    [Fact]
    public async Task Origin_BadSettings_ExplainsThemAllAndEnds()
    {
        var (exitCode, log) = await ServiceProcess.RunToEndAsync(
            "Cdn.Origin", ("VIDEO_DIR", "/no/such/folder"), ("STATE_DIR", ""), ("PUSH_STALL", "0"), ("CDN_KEY", "short"));

        Assert.Equal(1, exitCode);
        foreach (var key in (string[])["VIDEO_DIR", "STATE_DIR", "PUSH_STALL", "CDN_KEY"])
        {
            Assert.True(log.Contains($"error: {key} must"), log);
        }

        Assert.DoesNotContain("   at ", log);
    }

    [Fact]
    public async Task Video_Range_IsServed()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 1000));
        foreach (var (range, status, contentRange) in new[]
        {
            ("bytes=0-9", HttpStatusCode.PartialContent, "bytes 0-9/1000"),
            ("bytes=-10", HttpStatusCode.PartialContent, "bytes 990-999/1000"),
            ("bytes=1000-", HttpStatusCode.RequestedRangeNotSatisfiable, "bytes */1000"),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/video/a.mp4");
            request.Headers.Range = RangeHeaderValue.Parse(range);

            using var response = await origin.Service.Http.SendAsync(request);

            Assert.Equal((range, status), (range, response.StatusCode));
            Assert.Equal(contentRange, response.Content.Headers.ContentRange!.ToString());
        }
    }
}

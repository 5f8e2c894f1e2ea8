using System.Net;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Store;

[StartsProcesses]
public class StoreTests
{
    [Fact]
    public async Task Store_KilledAndStarted_HoldsWhatItHeld()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(100_000);
        await replica.PushAsync("a/b.mp4", film);

        await replica.Service.KillAsync();
        await replica.Service.StartAsync();

        Assert.Single((await replica.Service.InventoryAsync()).Videos);
        Assert.Equal(film, await replica.Service.Http.GetByteArrayAsync("/video/a/b.mp4"));
    }

    [Fact]
    public async Task Store_EmptiedWhileDown_HoldsNothing()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await replica.PushAsync("a.mp4", Bytes.Random(1000));
        await replica.Service.KillAsync();
        Directory.Delete(replica.Cache.Path, recursive: true);

        await replica.Service.StartAsync();

        await replica.HoldsNothingAsync();
    }

    [Fact]
    public async Task Store_TakenAwayWhileRunning_NoticesAndTakesPushesAgain()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await replica.PushAsync("a.mp4", Bytes.Random(1000));

        Directory.Delete(replica.Cache.Path, recursive: true);

        await Eventually.TrueAsync(async () => (await replica.Service.InventoryAsync()).Videos.IsEmpty, "the loss is noticed");
        Assert.Equal(HttpStatusCode.NoContent, (await replica.PushAsync("a.mp4", Bytes.Random(1000))).StatusCode);
        Assert.Single(replica.Cache.Files("names"));
    }

    [Fact]
    public async Task Store_IndexLost_TakesItsNamesInAgain()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(1000);
        await replica.PushAsync("a/b.mp4", film);
        var before = (await replica.Service.InventoryAsync()).Videos;
        await replica.Service.KillAsync();
        foreach (var file in Directory.GetFiles(replica.Cache.Path, "index.db*"))
        {
            File.Delete(file);
        }

        await replica.Service.StartAsync();

        Assert.Equal(before, (await replica.Service.InventoryAsync()).Videos);
        Assert.Equal(film, await replica.Service.Http.GetByteArrayAsync("/video/a/b.mp4"));
    }

    [Fact]
    public async Task Store_RebuildOfTheIndexCutOff_IsDoneAgain()
    {
        const int OffsetOfUserVersion = 60; // in the header of a SQLite file
        await using var replica = await ReplicaProcess.StartAsync();
        await replica.PushAsync("a.mp4", Bytes.Random(1000, seed: 1));
        await replica.PushAsync("b.mp4", Bytes.Random(1000, seed: 2));
        await replica.Service.StopAsync();
        await using (var index = new FileStream(replica.Cache.Of("index.db"), FileMode.Open))
        {
            index.Position = OffsetOfUserVersion;
            index.Write([0, 0, 0, 0]);
        }

        await replica.Service.StartAsync();

        Assert.Equal(2, (await replica.Service.InventoryAsync()).Videos.Length);
        Assert.Contains("2 videos were hashed and taken in again", replica.Service.Log);
    }

    [Fact]
    public async Task Push_SameContentWithAnotherTime_MovesTheTimeOfAllItsNames()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(1000);
        await replica.PushAsync("a.mp4", film);
        using (var later = Wire.Push("b.mp4", film))
        {
            later.Content!.Headers.LastModified = new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);
            (await replica.Service.Authorized.SendAsync(later)).EnsureSuccessStatusCode();
        }

        foreach (var restarted in (bool[])[false, true])
        {
            foreach (var name in (string[])["a.mp4", "b.mp4"])
            {
                using var response = await replica.Service.Http.GetAsync("/video/" + name);
                var time = new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);
                Assert.Equal(time, response.Content.Headers.LastModified);
                Assert.Equal(EntityTags.Of(time, film.Length), response.Headers.ETag!.ToString());
                Assert.Equal(new DateTime(2026, 5, 6, 7, 8, 9), File.GetLastWriteTimeUtc(replica.Cache.Of("names", name)));
            }

            if (!restarted)
            {
                await replica.Service.KillAsync();
                await replica.Service.StartAsync();
            }
        }
    }

    [Fact]
    public async Task Store_IndexDamaged_IsBuiltAnew()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await replica.PushAsync("a.mp4", Bytes.Random(1000));
        await replica.Service.StopAsync();
        File.WriteAllText(replica.Cache.Of("index.db"), "this was a database once, but no more");

        await replica.Service.StartAsync();

        Assert.Single((await replica.Service.InventoryAsync()).Videos);
    }

    [Fact]
    public async Task Store_ObjectTruncated_IsSetAsideAtStartAndWhenAskedFor()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await replica.PushAsync("a.mp4", Bytes.Random(1000, seed: 1));
        await replica.PushAsync("b.mp4", Bytes.Random(1000, seed: 2));

        Truncate(replica, Bytes.Random(1000, seed: 1));
        Assert.Equal(HttpStatusCode.NotFound, (await replica.Service.Http.GetAsync("/video/a.mp4")).StatusCode);
        Assert.Equal("b.mp4", Assert.Single((await replica.Service.InventoryAsync()).Videos).Name.Value);

        await replica.Service.KillAsync();
        Truncate(replica, Bytes.Random(1000, seed: 2));
        await replica.Service.StartAsync();
        await replica.HoldsNothingAsync();
    }

    [Fact]
    public async Task Store_NewVersion_ReplacesAndOpenReaderFinishesTheOldOne()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var (old, young) = (Bytes.Random(8_000_000, seed: 1), Bytes.Random(8_000_000, seed: 2));
        await replica.PushAsync("a.mp4", old);
        using var reading = await replica.Service.Http.GetAsync("/video/a.mp4", HttpCompletionOption.ResponseHeadersRead);

        await replica.PushAsync("a.mp4", young);

        Assert.Equal(old, await reading.Content.ReadAsByteArrayAsync());
        Assert.Equal(young, await replica.Service.Http.GetByteArrayAsync("/video/a.mp4"));
        Assert.Single(replica.Cache.Files("objects"));
    }

    [Fact]
    public async Task Store_NameBecomesFolderAndBack_FollowsTheLastPush()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await replica.PushAsync("a", Bytes.Random(10, seed: 1));
        Assert.Equal(HttpStatusCode.NoContent, (await replica.PushAsync("a/b/c", Bytes.Random(10, seed: 2))).StatusCode);
        Assert.Equal(["a/b/c"], (await replica.Service.InventoryAsync()).Videos.Select(video => video.Name.Value));

        Assert.Equal(HttpStatusCode.NoContent, (await replica.PushAsync("a", Bytes.Random(10, seed: 3))).StatusCode);
        Assert.Equal(["a"], (await replica.Service.InventoryAsync()).Videos.Select(video => video.Name.Value));
        Assert.Equal(["a"], replica.Cache.Files("names"));
    }

    [Fact]
    public async Task Purge_NameOfSharedObject_KeepsTheObjectForTheOther()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(1000);
        await replica.PushAsync("x/a.mp4", film);
        await replica.PushAsync("b.mp4", film);

        Assert.Equal(HttpStatusCode.NoContent, (await replica.Service.Authorized.DeleteAsync("/cache_video/x/a.mp4")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await replica.Service.Authorized.DeleteAsync("/cache_video/x/a.mp4")).StatusCode);
        Assert.Equal(film, await replica.Service.Http.GetByteArrayAsync("/video/b.mp4"));
        Assert.False(Directory.Exists(replica.Cache.Of("names", "x")));

        await replica.Service.Authorized.DeleteAsync("/cache_video/b.mp4");
        await replica.HoldsNothingAsync();
    }

    [Fact]
    public async Task Store_SecondReplicaOnIt_IsExplained()
    {
        await using var replica = await ReplicaProcess.StartAsync();

        var (exitCode, log) = await ServiceProcess.RunToEndAsync("Cdn.Replica", ("CACHE_DIR", replica.Cache.Path));

        Assert.Equal(1, exitCode);
        Assert.Contains($"error: CACHE_DIR {replica.Cache.Path} cannot be used (is another replica running on it?)", log);
    }

    private static void Truncate(ReplicaProcess replica, byte[] content)
    {
        var digest = Bytes.Digest(content).ToString();
        using var file = new FileStream(replica.Cache.Of("objects", digest[..2], digest), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(500);
    }
}

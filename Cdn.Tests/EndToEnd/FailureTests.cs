using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>Each part of the CDN dies in turn, and clients see nothing of it.</summary>
[StartsProcesses]
public sealed class FailureTests(FilmCdn shared) : IClassFixture<FilmCdn>
{
    private CdnApp Cdn => shared.Cdn;

    [Fact]
    public async Task Kill_EachPartInTurn_NoRequestFails()
    {
        var small = await AddAsync("small.ts", 20_000);
        var viewers = new Viewers(Cdn, viewers: 4, ("small.ts", small), (FilmCdn.Name, shared.Film));
        await viewers.SeeAsync(20);

        foreach (var part in (string[])["replica1", "origin", "controller", "replica2"])
        {
            await Cdn.KillAsync(part);
            await viewers.SeeAsync(40);
            await Cdn.IsBackAsync(part);
            await viewers.SeeAsync(20);
        }

        await viewers.HadNoFailureAsync();
    }

    [Fact]
    public async Task Edge_Killed_IsThereAgain()
    {
        await Cdn.KillAsync("edge");
        await Cdn.IsBackAsync("edge");

        Assert.Equal(shared.Film, await Cdn.Client.GetByteArrayAsync("/video/film.mp4"));
    }

    [Fact]
    public async Task EdgeAndController_KilledWhileOthersAreAway_WaitForNobody()
    {
        await Cdn.RunAsync("replica2", KnownResourceCommands.StopCommand);
        await Cdn.RunAsync("origin", KnownResourceCommands.StopCommand);

        await Cdn.KillAsync("controller");
        await Cdn.KillAsync("edge");

        await Eventually.TrueAsync(
            async () => (await Cdn.Client.GetByteArrayAsync("/video/film.mp4")).SequenceEqual(shared.Film), "it is served by what is left");
        await Cdn.RunAsync("origin", KnownResourceCommands.StartCommand);
        await Cdn.RunAsync("replica2", KnownResourceCommands.StartCommand);
        await Cdn.IsBackAsync("replica2");
    }

    [Fact]
    public async Task Replica_ThatLostItsDisk_IsFilledAgain()
    {
        Directory.Move(Cdn.Data.Of("replica1"), Cdn.Data.Of("replica1-gone")); // At once: the replica makes a new one as soon as it sees that.

        await Eventually.TrueAsync(() => File.Exists(Cdn.Data.Of("replica1", "names", FilmCdn.Name)), "the video is there again");
        await Cdn.IsHealthyAsync();
        Assert.Equal(shared.Film, await Cdn.Client.GetByteArrayAsync("/replica1/video/film.mp4"));
    }

    [Fact]
    public async Task Replica_ThatLostOneObject_StillServesItsClients()
    {
        File.Delete(shared.ObjectOn("replica1"));

        Assert.Equal(shared.Film, await Cdn.Client.GetByteArrayAsync("/replica1/video/film.mp4"));

        // nginx read the name that is left. Who asks the replica itself need not wait for the scrubber to see what is missing.
        using var replica = Cdn.App.CreateHttpClient("replica1", "http");
        Assert.Equal(shared.Film, await replica.GetByteArrayAsync("/video/film.mp4"));
        await Eventually.TrueAsync(() => File.Exists(shared.ObjectOn("replica1")), "it is filled again");
    }

    [Fact]
    public async Task Video_AddedChangedAndRemoved_FollowsOnEveryReplica()
    {
        Cdn.Videos.Write("first.mp4", 1000);
        var added = Cdn.Videos.Write("new/Größe 1.mp4", 50_000, seed: 2);
        await OnBothAsync("new/Gr%C3%B6%C3%9Fe%201.mp4", added);
        var changed = Cdn.Videos.Write("first.mp4", 2000, seed: 3);
        await OnBothAsync("first.mp4", changed);

        File.Delete(Cdn.Videos.Of("first.mp4"));
        await Eventually.TrueAsync(
            () => ((string[])["replica1", "replica2"]).All(replica => !File.Exists(Cdn.Data.Of(replica, "names", "first.mp4"))), "it is removed everywhere");
        Assert.Equal(HttpStatusCode.NotFound, (await Cdn.Client.GetAsync("/video/first.mp4")).StatusCode);
        Assert.Equal(added, await Cdn.Client.GetByteArrayAsync("/video/new/Gr%C3%B6%C3%9Fe%201.mp4"));
    }

    [Fact]
    public async Task Replica_KilledWithItsController_KeepsWhatItHasAndIsSentNothingAgain()
    {
        await Cdn.IsHealthyAsync();
        var before = File.GetCreationTimeUtc(shared.ObjectOn("replica1"));

        await Cdn.KillAsync("replica1");
        await Cdn.KillAsync("controller");
        await Cdn.IsBackAsync("replica1");
        await Cdn.IsBackAsync("controller");

        Assert.Equal(before, File.GetCreationTimeUtc(shared.ObjectOn("replica1")));
    }

    [Fact]
    public async Task Purge_WhileAReplicaIsFrozen_IsGoneAtTheDoorWhenItsReceiptSays()
    {
        var purged = await AddAsync("purged.ts", 30_000);
        await Cdn.IsHealthyAsync();
        using var client = Cdn.CreateClient(followRedirects: false);
        var frozen = Cdn.ProcessIdOf("replica1");
        Freezing.Freeze(frozen);
        try
        {
            Assert.Equal(purged, await client.GetByteArrayAsync("/replica1/video/purged.ts")); // nginx needs nobody for it.
            using var answer = await Cdn.OperateAsync(HttpMethod.Post, "/api/purge", new { name = "purged.ts" });
            var report = await answer.Content.ReadFromJsonAsync<JsonElement>();
            var receipt = report.GetProperty("receipts").EnumerateArray().Single(one => one.GetProperty("replica").GetString() == "replica1");
            Assert.Equal("unreachable", receipt.GetProperty("status").GetString());
            var left = receipt.GetProperty("servedUntil").GetDateTimeOffset() - DateTimeOffset.UtcNow;
            Assert.InRange(left.TotalSeconds, -1, FilmCdn.PurgeGraceSeconds + 3);

            await Eventually.TrueAsync(() => !Directory.Exists(Cdn.Data.Of("replica1", "door", "names")), "nginx is shut out");
            using var gone = await client.GetAsync("/replica1/video/purged.ts");
            Assert.NotEqual(HttpStatusCode.OK, gone.StatusCode);
        }
        finally
        {
            Freezing.Thaw(frozen);
        }

        await Eventually.TrueAsync(() => Directory.Exists(Cdn.Data.Of("replica1", "door", "names")), "nginx is let in again");
        await Cdn.IsHealthyAsync();
        Assert.Equal(purged, await client.GetByteArrayAsync("/replica1/video/purged.ts"));
    }

    private async Task<byte[]> AddAsync(string name, int size)
    {
        var bytes = Cdn.Videos.Write(name, size, seed: 7);
        await OnBothAsync(name, bytes);
        return bytes;
    }

    private async Task OnBothAsync(string path, byte[] bytes)
    {
        foreach (var replica in (string[])["replica1", "replica2"])
        {
            using var client = Cdn.App.CreateHttpClient(replica, "http");
            await Eventually.TrueAsync(
                async () => (await client.GetByteArrayAsync("/video/" + path)).SequenceEqual(bytes), $"{path} is on {replica}");
        }
    }
}

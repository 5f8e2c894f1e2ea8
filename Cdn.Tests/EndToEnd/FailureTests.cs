using System.Net;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>Each part of the CDN dies in turn, and clients see nothing of it.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task Kill_EachPartInTurn_NoRequestFails()
    {
        (string, byte[])[] videos = [];
        await using var cdn = await CdnApp.StartAsync(folder => videos =
        [
            ("small.ts", folder.Write("small.ts", 20_000, seed: 1)),
            ("film.mp4", folder.Write("film.mp4", 2_000_000, seed: 2)),
        ]);
        var viewers = new Viewers(cdn, viewers: 4, videos);
        await viewers.SeeAsync(20);

        foreach (var part in (string[])["replica1", "origin", "controller", "replica2"])
        {
            cdn.Kill(part);
            await viewers.SeeAsync(40);
            await cdn.App.ResourceNotifications.WaitForResourceHealthyAsync(part);
            await cdn.IsHealthyAsync();
            await viewers.SeeAsync(20);
        }

        await viewers.HadNoFailureAsync();
    }

    [Fact]
    public async Task Replica_ThatLostItsDisk_IsFilledAgain()
    {
        byte[] film = [];
        await using var cdn = await CdnApp.StartAsync(folder => film = folder.Write("film.mp4", 1_000_000));

        Directory.Delete(cdn.Data.Of("replica1"), recursive: true);

        await Eventually.TrueAsync(() => cdn.Data.Files("replica1/names").Contains("film.mp4"), "the video is there again");
        await cdn.IsHealthyAsync();
        Assert.Equal(film, await cdn.Client.GetByteArrayAsync("/replica1/video/film.mp4"));
    }

    [Fact]
    public async Task Replica_ThatLostOneObject_StillServesItsClients()
    {
        byte[] film = [];
        await using var cdn = await CdnApp.StartAsync(folder => film = folder.Write("film.mp4", 100_000));
        var digest = Bytes.Digest(film).ToString();

        File.Delete(cdn.Data.Of("replica1", "objects", digest[..2], digest));

        Assert.Equal(film, await cdn.Client.GetByteArrayAsync("/replica1/video/film.mp4"));

        // nginx read the name that is left. Who asks the replica itself need not wait for the scrubber to see what is missing.
        using var replica = cdn.App.CreateHttpClient("replica1", "http");
        Assert.Equal(film, await replica.GetByteArrayAsync("/video/film.mp4"));
        await Eventually.TrueAsync(() => File.Exists(cdn.Data.Of("replica1", "objects", digest[..2], digest)), "it is filled again");
    }

    [Fact]
    public async Task Video_AddedChangedAndRemoved_FollowsOnEveryReplica()
    {
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("first.mp4", 1000));

        var added = cdn.Videos.Write("new/Größe 1.mp4", 50_000, seed: 2);
        await OnBothAsync("new/Gr%C3%B6%C3%9Fe%201.mp4", added);
        var changed = cdn.Videos.Write("first.mp4", 2000, seed: 3);
        await OnBothAsync("first.mp4", changed);

        File.Delete(cdn.Videos.Of("first.mp4"));
        await Eventually.TrueAsync(
            () => cdn.Data.Files("replica1/names").Length == 1 && cdn.Data.Files("replica2/names").Length == 1, "it is removed everywhere");
        Assert.Equal(HttpStatusCode.NotFound, (await cdn.Client.GetAsync("/video/first.mp4")).StatusCode);
        Assert.Equal(added, await cdn.Client.GetByteArrayAsync("/video/new/Gr%C3%B6%C3%9Fe%201.mp4"));

        async Task OnBothAsync(string path, byte[] bytes)
        {
            foreach (var replica in (string[])["replica1", "replica2"])
            {
                await Eventually.TrueAsync(
                    async () => (await DirectlyAsync(replica, path)).SequenceEqual(bytes), $"{path} is on {replica}");
            }
        }

        async Task<byte[]> DirectlyAsync(string replica, string path)
        {
            using var client = cdn.App.CreateHttpClient(replica, "http");
            return await client.GetByteArrayAsync("/video/" + path);
        }
    }

    [Fact]
    public async Task Replica_KilledWithItsController_KeepsWhatItHasAndIsSentNothingAgain()
    {
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 300_000));
        var before = File.GetCreationTimeUtc(cdn.Data.Files("replica1/objects").Select(file => cdn.Data.Of("replica1", "objects", file)).Single());

        cdn.Kill("replica1");
        cdn.Kill("controller");
        await cdn.App.ResourceNotifications.WaitForResourceHealthyAsync("controller");
        await cdn.IsHealthyAsync();

        var after = cdn.Data.Files("replica1/objects").Select(file => cdn.Data.Of("replica1", "objects", file)).Single();
        Assert.Equal(before, File.GetCreationTimeUtc(after));
    }
}

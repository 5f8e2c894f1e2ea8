using System.Net;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using static Cdn.Tests.Infrastructure.Wire;

namespace Cdn.Tests.Replica.Store;

/// <summary>Many videos are dropped by one request.</summary>
[StartsProcesses]
public sealed class DropManyTests
{
    [Fact]
    public async Task Drop_TakesWhatIsAsItWasSaidToBe_AndSaysOfEachWhatCameOfIt()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var (shared, other) = (Bytes.Random(1000, seed: 1), Bytes.Random(1000, seed: 2));
        await FillAsync(replica, [.. Frame("film/1.ts", shared), .. Frame("film/2.ts", shared), .. Frame("film/3.ts", other), .. Frame("4.ts", other)]);
        var held = (await replica.Service.InventoryAsync()).Videos.ToDictionary(video => video.Name.Value);

        var receipts = await DropAsync(
            replica,
            held["film/1.ts"],
            held["film/2.ts"] with { Sha256 = Bytes.Digest(other) },    // It has another version by now.
            held["film/2.ts"] with { Pinned = false },    // It was assigned since.
            held["film/3.ts"],
            held["4.ts"] with { Name = VideoName.Parse("5.ts") });

        Assert.Equal([204, 404, 404, 204, 404], receipts.Select(receipt => receipt.Status));
        Assert.Equal(
            ["film/1.ts", "film/2.ts", "film/2.ts", "film/3.ts", "5.ts"], receipts.Select(receipt => receipt.Video.Value));
        Assert.Equal(["4.ts", "film/2.ts"], (await replica.Service.InventoryAsync()).Videos.Select(video => video.Name.Value));
        Assert.Equal(["4.ts", "film/2.ts"], replica.Cache.Files("names"));
        Assert.Equal(shared, await replica.Service.Http.GetByteArrayAsync("/video/film/2.ts"));

        await DropAsync(replica, held["film/2.ts"], held["4.ts"]);
        await replica.HoldsNothingAsync();
    }

    [Fact]
    public async Task Drop_WithoutTheKey_OrOfTooMany_OrOfNothing_IsRefused()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await FillAsync(replica, Frame("1.ts", Bytes.Random(10)));
        var held = Assert.Single((await replica.Service.InventoryAsync()).Videos);

        using var stranger = await SendAsync(replica.Service.Http, held);
        using var tooMany = await SendAsync(replica.Service.Authorized, [.. Enumerable.Repeat(held, Limits.MaxBatchVideos + 1)]);
        using var nothing = await replica.Service.Authorized.PostAsJsonAsync(Routes.DropVideos, new { });

        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.RequestEntityTooLarge), (stranger.StatusCode, tooMany.StatusCode));
        Assert.Single((await replica.Service.InventoryAsync()).Videos);
    }

    /// <summary>Names of this kind are six times as long in JSON.</summary>
    [Fact]
    public async Task Drop_OfAsManyAsMayBe_WithTheLongestNames_IsTaken()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var folder = string.Join('/', Enumerable.Repeat(new string('+', 254), 3));
        var nothing = Enumerable.Range(0, Limits.MaxBatchVideos)
            .Select(i => new HeldVideo(
                VideoName.Parse($"{folder}/{new string('&', 254)}/{i}"), long.MaxValue, default, Pinned: false));

        var receipts = await DropAsync(replica, [.. nothing]);

        Assert.Equal(Limits.MaxBatchVideos, receipts.Count(receipt => receipt.Status == 404));
    }

    /// <summary>Once before anything is on the disk, as far as one can tell, and once while files are being removed.</summary>
    [Fact]
    public async Task Drop_CutOffByAKill_IsDoneOrNotDone_AndLeavesNoStrayFile()
    {
        const int Videos = 1000;
        await using var replica = await ReplicaProcess.StartAsync();
        byte[] body = [.. Enumerable.Range(0, Videos).SelectMany(i => Frame($"film/{i}.ts", BitConverter.GetBytes(i)))];
        foreach (var isWaitedFor in (bool[])[false, true])
        {
            await FillAsync(replica, body);
            var held = (await replica.Service.InventoryAsync()).Videos;
            var first = replica.Cache.Of("names", held[0].Name.Value);

            var dropping = DropAsync(replica, [.. held]);
            await (isWaitedFor ? Eventually.TrueAsync(() => !File.Exists(first), "the first file is removed") : Task.CompletedTask);
            await replica.Service.KillAsync();
            await Task.WhenAny(dropping); // It may have been told, or not.
            await replica.Service.StartAsync();
            await Eventually.TrueAsync(
                async () => (await replica.Service.Http.GetAsync(Routes.Ready)).IsSuccessStatusCode, "it is ready");

            var left = (await replica.Service.InventoryAsync()).Videos;
            Assert.Equal(left.Select(video => video.Name.Value), replica.Cache.Files("names").Order(StringComparer.Ordinal));
            Assert.Equal(left.Length, replica.Cache.Files("objects").Length);
            Assert.True(left.Length == 0 || (left.Length == Videos && !isWaitedFor), $"{left.Length} are left");
        }
    }

    private static async Task FillAsync(ReplicaProcess replica, byte[] body)
    {
        using var response = await replica.Service.PushManyAsync(body);
        response.EnsureSuccessStatusCode();
    }

    private static async Task<IReadOnlyList<VideoReceipt>> DropAsync(ReplicaProcess replica, params HeldVideo[] videos)
    {
        using var response = await SendAsync(replica.Service.Authorized, videos);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(WireJson.Default.DropManyAnswer))!.Receipts;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, params HeldVideo[] videos) =>
        client.PostAsJsonAsync(Routes.DropVideos, new DropManyRequest([.. videos]), WireJson.Default.DropManyRequest);
}

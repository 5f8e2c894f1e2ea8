using System.Net;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using static Cdn.Tests.Infrastructure.Wire;

namespace Cdn.Tests.Replica.Fill;

/// <summary>Many small videos in one request.</summary>
[StartsProcesses]
public sealed class BatchTests
{
    [Fact]
    public async Task Batch_HoldsEachThatIsRight_AndSaysOfEachWhatCameOfIt()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var (one, two, wrong) = (Bytes.Random(10_000, seed: 1), Bytes.Random(20_000, seed: 2), Bytes.Random(300, seed: 3));

        var answer = await SendAsync(replica, [
            .. Frame("film/1.ts", one), .. Frame("film/2.ts", two), .. Frame("film/3.ts", wrong, claimed: one), .. Frame("film/4.ts", one), .. Frame("empty", [])]);

        Assert.Equal([204, 204, 204, 204, 422], answer.Receipts.Select(receipt => receipt.Status).Order());
        Assert.Equal("film/3.ts", answer.Receipts.Single(receipt => !receipt.IsDone).Video.Value);
        Assert.Equal(["empty", "film/1.ts", "film/2.ts", "film/4.ts"], (await replica.Service.InventoryAsync()).Videos.Select(video => video.Name.Value));
        Assert.Equal(["empty", "film/1.ts", "film/2.ts", "film/4.ts"], replica.Cache.Files("names"));
        Assert.Equal(3, replica.Cache.Files("objects").Length);
        Assert.Equal(two, await replica.Service.Http.GetByteArrayAsync("/video/film/2.ts"));
        Assert.Equal(FrameTime.UtcDateTime, File.GetLastWriteTimeUtc(replica.Cache.Of("names", "film/2.ts")));
        Assert.Equal((UnixFileMode)0b100_100_100, replica.Cache.ModeOf("names", "film/2.ts"));

        await replica.Service.KillAsync();
        await replica.Service.StartAsync();
        Assert.Equal(4, (await replica.Service.InventoryAsync()).Videos.Length);
    }

    [Fact]
    public async Task Batch_ThatBreaksOff_LeavesWhatHadComeWhole()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        byte[] body = [.. Frame("1.ts", Bytes.Random(10_000, seed: 1)), .. Frame("2.ts", Bytes.Random(10_000, seed: 2))];

        using var response = await replica.Service.PushManyAsync(body[..^1]);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("1.ts", Assert.Single((await replica.Service.InventoryAsync()).Videos).Name.Value);
    }

    [Fact]
    public async Task Batch_BeyondCapacity_HasReceiptsThatSayIt()
    {
        await using var replica = await ReplicaProcess.StartAsync(("CAPACITY", "15000"));

        var answer = await SendAsync(replica, [.. Frame("1.ts", Bytes.Random(10_000, seed: 1)), .. Frame("2.ts", Bytes.Random(10_000, seed: 2))]);

        Assert.All(answer.Receipts, receipt => Assert.Equal(507, receipt.Status));
        await replica.HoldsNothingAsync();
        Assert.Equal(204, Assert.Single((await SendAsync(replica, Frame("1.ts", Bytes.Random(10_000, seed: 1)))).Receipts).Status);
    }

    [Fact]
    public async Task Inventory_IsReadOnceAndThenFollowed()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await SendAsync(replica, [.. Frame("1.ts", Bytes.Random(100, seed: 1)), .. Frame("2.ts", Bytes.Random(100, seed: 2))]);
        var whole = (await replica.Service.Http.GetFromJsonAsync(Routes.Inventory, WireJson.Default.InventoryPage))!.Feed;
        Assert.Equal((BucketRange.All, 2), (whole.Buckets, whole.Items.Length));

        var query = new FeedCursor(whole.Set, whole.Revision, null).ToQuery();
        var waiting = replica.Service.Http.GetFromJsonAsync($"{Routes.Inventory}?{query}&wait=20", WireJson.Default.InventoryPage);
        await replica.Service.Authorized.DeleteAsync("/cache_video/1.ts");

        var step = (await waiting)!.Feed;
        Assert.Equal((null, whole.Revision, whole.Revision + 1), (step.Buckets, step.From, step.Revision));
        Assert.Equal("1.ts", Assert.Single(step.Removed).Value);
        var heartbeat = await replica.Service.HeartbeatAsync();
        Assert.Equal((whole.Set, step.Revision, step.Digest, 1), (heartbeat.Set, heartbeat.Revision, heartbeat.Digest, heartbeat.Videos));
        Assert.Null(heartbeat.Opening);
        Assert.InRange((await replica.Service.Http.GetByteArrayAsync(Routes.Heartbeat)).Length, 10, 1024);
        Assert.Equal(HttpStatusCode.OK, (await replica.Service.Http.GetAsync(Routes.Ready)).StatusCode);
    }

    private static async Task<ReceiveManyAnswer> SendAsync(ReplicaProcess replica, byte[] body)
    {
        using var response = await replica.Service.PushManyAsync(body);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(WireJson.Default.ReceiveManyAnswer))!;
    }
}

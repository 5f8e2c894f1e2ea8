using System.Net;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using Microsoft.Data.Sqlite;

namespace Cdn.Tests.Controller.Purge;

/// <summary>Purges from the operator's request to the last receipt, with real processes.</summary>
[StartsProcesses]
public class PurgeTests
{
    [Fact]
    public async Task Purge_ByNamePrefixAndAll_GivesReceiptsAndIsFilledAgain()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos =>
        {
            videos.Write("film.mp4", 100_000, seed: 1);
            videos.Write("shows/1.ts", 10_000, seed: 2);
            videos.Write("shows/2.ts", 10_000, seed: 3);
        });

        var byName = await plane.PurgeAsync(new { name = "film.mp4" });
        await plane.IsHealthyAsync();
        var byPrefix = await plane.PurgeAsync(new { prefix = "shows/" });
        await plane.IsHealthyAsync();
        var all = await plane.PurgeAsync(new { all = true });
        var nothing = await plane.PurgeAsync(new { name = "never/was.mp4" });
        await plane.IsHealthyAsync();

        Assert.Equal(Both("purged 1"), byName);
        Assert.Equal(Both("purged 2"), byPrefix);
        Assert.Equal(Both("purged 3"), all);
        Assert.Equal(Both("not-held 0"), nothing);
        Assert.Equal(3, (await plane.Replicas[0].InventoryAsync()).Videos.Length);
    }

    [Fact]
    public async Task Block_Video_IsNeverFilledAgainUntilLifted()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos => videos.Write("film.mp4", 100_000));

        Assert.Equal(Both("purged 1"), await plane.PurgeAsync(new { name = "film.mp4", block = true }));

        await Eventually.TrueAsync(async () => await plane.SteerAsync("film.mp4") == "404", "the video is unknown");
        plane.Videos.Write("film.mp4", 100_000, seed: 9); // Not another version either.
        await plane.Origin.StopAsync();
        await plane.Origin.StartAsync(); // And not by an origin that was started again.
        using var original = await plane.Origin.Http.GetAsync("/video/film.mp4");
        Assert.Equal(HttpStatusCode.NotFound, original.StatusCode);
        using var pulled = await plane.Replicas[0].Http.GetAsync("/video/film.mp4");
        Assert.Equal(HttpStatusCode.NotFound, pulled.StatusCode);

        await plane.ApiAsync(HttpMethod.Delete, "/api/blocks?name=film.mp4");
        await Eventually.TrueAsync(async () => (await plane.SteerAsync("film.mp4")).StartsWith("replica"), "it is there again");
    }

    [Fact]
    public async Task Purge_WithoutRefill_ComesBackWithTheNextVersionOnly()
    {
        await using var plane = await ControlPlane.StartAsync(1, videos => videos.Write("film.mp4", 100_000, seed: 1));

        await plane.PurgeAsync(new { name = "film.mp4", refill = false });

        await Eventually.TrueAsync(async () => await plane.SteerAsync("film.mp4") == "404", "this version is not published");
        var next = plane.Videos.Write("film.mp4", 100_000, seed: 2);
        await Eventually.TrueAsync(async () => await plane.SteerAsync("film.mp4") == "replica1", "the next version is held");
        Assert.Equal(next, await plane.Replicas[0].Http.GetByteArrayAsync("/video/film.mp4"));
    }

    [Fact]
    public async Task Replica_ThatWasAwayDuringAPurge_NeverServesWhatWasPurged()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos =>
        {
            videos.Write("film.mp4", 100_000, seed: 1);
            videos.Write("other.mp4", 100_000, seed: 2);
        });
        await plane.Replicas[1].KillAsync();
        var receipts = await plane.PurgeAsync(new { name = "film.mp4" });
        Assert.Equal("purged 1", receipts["replica1"]);
        Assert.Equal("unreachable 0", receipts["replica2"]);
        await Eventually.TrueAsync(() => RememberedPurges(plane).Contains("film.mp4"), "the controller has it on its disk");

        // Nobody who could tell the replica is the same process as before, and the origin cannot be asked.
        await plane.Controller.KillAsync();
        await plane.Origin.KillAsync();
        await plane.Replicas[0].KillAsync();
        await plane.Controller.StartAsync();
        await plane.Replicas[1].StartAsync();

        var seen = new HashSet<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                seen.Add(await plane.SteerAsync("film.mp4"));
                return await plane.SteerAsync("other.mp4") == "replica2"
                    && (await plane.Replicas[1].InventoryAsync()).Videos.All(video => video.Name.Value != "film.mp4");
            },
            "the replica has purged it, and serves the rest");
        Assert.DoesNotContain("replica2", seen);
    }

    [Fact]
    public async Task Replica_WithADiskFromBeforeAPurge_IsNotBelieved()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos => videos.Write("film.mp4", 100_000));
        await plane.PurgeAsync(new { name = "never/was.mp4" }); // So that the old disk has a mark.
        await Closed(plane, 1);
        await plane.Replicas[1].StopAsync();
        await CopyAsync(plane.CacheOf(2), plane.CacheOf(2) + ".old");
        await plane.Replicas[1].StartAsync();
        await plane.IsHealthyAsync();
        Assert.Equal(Both("purged 1"), await plane.PurgeAsync(new { name = "film.mp4", block = true }));
        await Closed(plane, 2); // The purge itself is forgotten now.

        await plane.Replicas[1].StopAsync();
        Directory.Delete(plane.CacheOf(2), recursive: true);
        Directory.Move(plane.CacheOf(2) + ".old", plane.CacheOf(2));
        await plane.Replicas[1].StartAsync();

        await Eventually.TrueAsync(
            async () => (await plane.Replicas[1].InventoryAsync()) is { Videos.IsEmpty: true, Purged.Through: 2 }, "all that is not proven is gone");
    }

    [Fact]
    public async Task Purge_OfAVideoThatIsArriving_IsNotOutlivedByIt()
    {
        await using var plane = await ControlPlane.StartAsync(1, videos => videos.Write("first.mp4", 1000));
        var film = Bytes.Random(4_000_000, seed: 5);

        // A push that began before the purge ends after it.
        using var request = Wire.Push("late.mp4", film);
        var gate = new TaskCompletionSource();
        request.Content = new SlowContent(film, gate.Task);
        request.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
        var push = plane.Replicas[0].Authorized.SendAsync(request);
        await Eventually.TrueAsync(async () => (await plane.Replicas[0].ProgressAsync("late.mp4", film)).Offset > 0, "it has begun to arrive");
        await plane.PurgeAsync(new { name = "late.mp4" });
        gate.SetResult();

        using var response = await push;
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.DoesNotContain((await plane.Replicas[0].InventoryAsync()).Videos, video => video.Name.Value == "late.mp4");
    }

    [Fact]
    public async Task Purge_WhileTheOriginIsAway_IsRefusedAndSaysSo()
    {
        await using var plane = await ControlPlane.StartAsync(1, videos => videos.Write("film.mp4", 1000));
        await plane.Origin.KillAsync();

        using var response = await plane.SendAsync(HttpMethod.Post, "/api/purge", new { name = "film.mp4" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("Nothing was purged", await response.Content.ReadAsStringAsync());
        Assert.Single((await plane.Replicas[0].InventoryAsync()).Videos);
    }

    private static string RememberedPurges(ControlPlane plane)
    {
        using var connection = new SqliteConnection($"Data Source={plane.StateOf("controller.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM fact WHERE name = 'purges'";
        return command.ExecuteScalar() as string ?? "";
    }

    private static Dictionary<string, string> Both(string receipt) => new() { ["replica1"] = receipt, ["replica2"] = receipt };

    private static Task Closed(ControlPlane plane, long number) => Eventually.TrueAsync(
        async () => (await plane.ApiAsync(HttpMethod.Get, "/api/status")).GetProperty("purges") is var purges
            && purges.GetProperty("last").GetInt64() == number && purges.GetProperty("open").GetArrayLength() == 0,
        $"every replica has confirmed purge {number}");

    private static async Task CopyAsync(string from, string to)
    {
        // cp keeps hard links, of which a store is made.
        using var copy = System.Diagnostics.Process.Start("cp", ["-a", from, to]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }

    /// <summary>Sends one half, waits, and sends the other.</summary>
    private sealed class SlowContent(byte[] bytes, Task gate) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            await gate;
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}

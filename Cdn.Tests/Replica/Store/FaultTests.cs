using System.Net;
using Cdn.Tests.Infrastructure;
using Cdn.Tests.Replica.Pull;

namespace Cdn.Tests.Replica.Store;

/// <summary>Faults that were seen, each named after what it did.</summary>
[StartsProcesses]
public sealed class FaultTests
{
    [Fact]
    public async Task Object_ThatCannotBeOpened_IsSetAsideAndDoesNotSpin()
    {
        await using var replica = await ReplicaProcess.StartAsync(("SCRUB_HOURS", "0"));
        var film = Bytes.Random(1000);
        await replica.PushAsync("a.mp4", film);
        var digest = Bytes.Digest(film).ToString();
        var place = replica.Cache.Of("objects", digest[..2], digest);
        File.Delete(place);
        Directory.CreateDirectory(place); // Root may open every file; this nobody can.

        using var response = await replica.Service.Http.GetAsync("/video/a.mp4", new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty((await replica.Service.InventoryAsync()).Videos);
        Assert.Equal(HttpStatusCode.NoContent, (await replica.PushAsync("a.mp4", film)).StatusCode);
    }

    [Fact]
    public async Task Index_ThatWasLost_IsRebuiltWhileTheReplicaIsAlive()
    {
        const long Size = 4L * 1024 * 1024 * 1024; // Sparse, and seconds to hash.
        await using var replica = await ReplicaProcess.StartAsync();
        await replica.Service.StopAsync();
        foreach (var file in Directory.EnumerateFiles(replica.Cache.Path, "index.db*").ToList())
        {
            File.Delete(file);
        }

        await using (var big = File.Create(replica.Cache.Of("names", "big.mp4")))
        {
            big.SetLength(Size);
        }

        await replica.Service.StartAsync(); // Until it is alive.

        using (var ready = await replica.Service.Http.GetAsync("/ready"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }

        await Eventually.TrueAsync(async () => (await replica.Service.Http.GetAsync("/ready")).IsSuccessStatusCode, "it is ready");
        Assert.Equal(Size, Assert.Single((await replica.Service.InventoryAsync()).Videos).Size);
    }

    [Fact]
    public async Task Capacity_BelowWhatIsHeld_IsSaid()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        await replica.PushAsync("a.mp4", Bytes.Random(700_000));
        await replica.Service.StopAsync();
        replica.Service.Set("CAPACITY", "100K");

        await replica.Service.StartAsync();

        Assert.Contains("more than its CAPACITY of 102400", replica.Service.Log);
        Assert.Contains("more than the CAPACITY of 102400", await replica.Service.Http.GetStringAsync("/health"));
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await replica.PushAsync("b.mp4", Bytes.Random(1000, seed: 2))).StatusCode);
        Assert.Equal(Bytes.Random(700_000), await replica.Service.Http.GetByteArrayAsync("/video/a.mp4"));
    }

    [Fact]
    public async Task Push_ThatIsRead_AndBreaksOff_IsGoneOnWithFromTheOrigin()
    {
        await using var origin = await FakeOrigin.StartAsync();
        await using var replica = await ReplicaProcess.StartAsync(("services__origin__http__0", origin.Address), ("REPLICA_NAME", "r1"));
        Task<byte[]>? reading = null;
        var sender = replica.SendHalfAsync("film.mp4", origin.Film, 600_000, whileOpen: async () =>
        {
            var response = await replica.Service.Http.GetAsync("/video/film.mp4", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("r1; fwd=miss; collapsed; stored", Assert.Single(response.Headers.GetValues("Cache-Status")));
            Assert.Empty(origin.Asked); // It reads along with the push.
            reading = response.Content.ReadAsByteArrayAsync();
        });
        await sender;

        Assert.Equal(origin.Film, await reading!);
        Assert.Matches("bytes=[1-9][0-9]*-999999", Assert.Single(origin.Asked));
        await Eventually.TrueAsync(
            async () => (await replica.Service.InventoryAsync()).Videos is [{ Pinned: true }], "it is held as what was pushed");
    }
}

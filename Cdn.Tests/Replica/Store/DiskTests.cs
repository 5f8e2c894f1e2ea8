using System.Net;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using Cdn.Tests.Replica.Pull;

namespace Cdn.Tests.Replica.Store;

/// <summary>A store on a small disk of its own (a tmpfs) that fills up and has room again.</summary>
[StartsProcesses]
public sealed class DiskTests : IAsyncLifetime
{
    private const int DiskSize = 8 * 1024 * 1024;

    private SmallDisk _disk = null!;
    private FakeOrigin _origin = null!;
    private ServiceProcess? _replica;

    public async ValueTask InitializeAsync()
    {
        _disk = await SmallDisk.MountAsync(DiskSize);
        _origin = await FakeOrigin.StartAsync();
        if (_disk.IsMounted)
        {
            _replica = await ServiceProcess.StartAsync(
                "Cdn.Replica", ("CACHE_DIR", _disk.Of("store")), ("services__origin__http__0", _origin.Address), ("NEGATIVE_SECONDS", "0"), ("PULL_SHARE", "100"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_replica is not null)
        {
            await _replica.DisposeAsync();
        }

        await _origin.DisposeAsync();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task Push_DiskFullInTheMiddle_Is507AndLeavesNothing()
    {
        var replica = RequireDisk();
        await replica.Authorized.SendAsync(Wire.Push("held.mp4", Bytes.Random(1000)));
        var film = Bytes.Random(5_000_000, seed: 2);
        var body = new GatedContent(film, 2_000_000);
        using var push = Wire.Push("film.mp4", film);
        body.Headers.LastModified = push.Content!.Headers.LastModified;
        push.Content = body;
        var answer = replica.Authorized.SendAsync(push);
        await Eventually.TrueAsync(async () => (await replica.ProgressAsync("film.mp4", film)).Offset > 1_000_000, "the push is under way");

        _disk.Fill();
        body.Gate.SetResult();

        Assert.Equal(HttpStatusCode.InsufficientStorage, (await answer).StatusCode);
        Assert.Single((await replica.InventoryAsync()).Videos);
        Assert.Empty(Directory.GetFiles(_disk.Of("store", "incoming")));
        Assert.Equal(Bytes.Random(1000), await replica.Http.GetByteArrayAsync("/video/held.mp4"));
    }

    [Fact]
    public async Task Pull_DiskFullInTheMiddle_BreaksOffAndComesBackWhenThereIsRoom()
    {
        var replica = RequireDisk();
        _origin.Film = Bytes.Random(5_000_000);
        _origin.StopAt = 2_000_000;
        using var reader = await replica.Http.GetAsync("/video/film.mp4", HttpCompletionOption.ResponseHeadersRead);

        _disk.Fill();
        _origin.Gate.SetResult();

        await Assert.ThrowsAnyAsync<Exception>(() => reader.Content.ReadAsByteArrayAsync());
        await Eventually.TrueAsync(() => Directory.GetFiles(_disk.Of("store", "incoming")).Length == 0, "nothing is left of the pull");
        await HealthSaysAsync("nothing can be written", _disk.Fill); // The pull has made room, and its last reader does when he closes the file.
        Assert.Equal(HttpStatusCode.OK, (await replica.Http.GetAsync("/health")).StatusCode); // Degraded: what is held is still served.

        // Nothing fits, so it is passed through; and stored as soon as there is room.
        Assert.Equal(_origin.Film, await replica.Http.GetByteArrayAsync("/video/film.mp4"));
        Assert.Empty((await replica.InventoryAsync()).Videos);
        _disk.MakeRoom();
        await HealthSaysAsync("\"status\":\"Healthy\"");
        Assert.Equal(_origin.Film, await replica.Http.GetByteArrayAsync("/video/film.mp4"));
        await Eventually.TrueAsync(async () => (await replica.InventoryAsync()).Videos.Length == 1, "it is held");
    }

    [Fact]
    public async Task Change_ThatTheIndexHasNoRoomFor_Is507AndUndone()
    {
        var replica = RequireDisk();
        var film = Bytes.Random(300_000);
        (await replica.Authorized.SendAsync(Wire.Push("a.mp4", film))).EnsureSuccessStatusCode();
        _disk.Fill();

        // Another name for what is held takes room in the index alone; so does a purge.
        HttpStatusCode pushed = 0;
        for (var i = 0; i < 100 && pushed != HttpStatusCode.InsufficientStorage; i++)
        {
            pushed = (await replica.Authorized.SendAsync(Wire.Push($"b{i}.mp4", film))).StatusCode;
        }

        Assert.Equal(HttpStatusCode.InsufficientStorage, pushed);
        var log = new PurgeLog("log", 1, 0, [new Purge(1, new PurgeSelector(All: true))]);
        using var purged = await replica.Authorized.PostAsJsonAsync(Routes.Purge, log, WireJson.Default.PurgeLog);
        Assert.Equal(HttpStatusCode.InsufficientStorage, purged.StatusCode);
        Assert.Equal("application/problem+json", purged.Content.Headers.ContentType!.MediaType);
        var held = (await replica.InventoryAsync()).Videos.Select(video => video.Name.Value);
        Assert.Equal(held, Directory.GetFiles(_disk.Of("store", "names")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        _disk.MakeRoom();
        using var again = await replica.Authorized.PostAsJsonAsync(Routes.Purge, log, WireJson.Default.PurgeLog);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Empty(Directory.GetFiles(_disk.Of("store", "names")));
    }

    private ServiceProcess RequireDisk()
    {
        Assert.SkipUnless(_disk.IsMounted, "A tmpfs cannot be mounted (this takes root on Linux).");
        return _replica!;
    }

    private Task HealthSaysAsync(string what, Action? before = null) => Eventually.TrueAsync(
        async () =>
        {
            before?.Invoke();
            return (await (await _replica!.Http.GetAsync("/health")).Content.ReadAsStringAsync()).Contains(what);
        },
        $"/health says {what}");

    /// <summary>A body that stops in the middle until it may go on.</summary>
    private sealed class GatedContent(byte[] bytes, int stopAt) : HttpContent
    {
        public TaskCompletionSource Gate { get; } = new();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, stopAt));
            await stream.FlushAsync();
            await Gate.Task;
            await stream.WriteAsync(bytes.AsMemory(stopAt));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}

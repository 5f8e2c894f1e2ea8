using Cdn.Contracts;
using Cdn.Replica;
using Cdn.Replica.Intake;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Replica.Store;

/// <summary>A store in a folder of its own, without a process around it.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly StoreWriter _writer;
    private readonly StoreLifetime _lifetime;

    private TestStore(TemporaryFolder folder, TimeProvider time, DiskSpace disk)
    {
        Folder = folder;
        var options = Options.Create(new ReplicaOptions { CacheDir = folder.Path, IncomingHours = 0 });
        Layout = new StoreLayout(options);
        Accountant = new RoomAccountant(options.Value.Limits, () => disk);
        var context = new StoreContext(Layout, Accountant);
        _writer = new StoreWriter(context, NullLogger<StoreWriter>.Instance);
        Videos = new VideoStore(_writer, context, NullLogger<VideoStore>.Instance);
        var opener = new StoreOpener(context, new IndexRebuilder(Layout, NullLogger<IndexRebuilder>.Instance), NullLogger<StoreOpener>.Instance);
        _lifetime = new StoreLifetime(Videos, _writer, context, opener, options, time, NullLogger<StoreLifetime>.Instance);
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        Room = new Room(Videos, Accountant, new EvictionMetrics(meters), NullLogger<Room>.Instance);
        Intake = new VideoIntake(Videos, Layout, Accountant, Room, time);
    }

    public TemporaryFolder Folder { get; }

    public StoreLayout Layout { get; }

    public RoomAccountant Accountant { get; }

    public VideoStore Videos { get; }

    public Room Room { get; }

    public VideoIntake Intake { get; }

    public StoreRevision Current => Videos.Current;

    public static async Task<TestStore> OpenAsync(TemporaryFolder folder, TimeProvider? time = null, DiskSpace? disk = null)
    {
        var store = new TestStore(folder, time ?? TimeProvider.System, disk ?? new DiskSpace(1L << 40, 1L << 39));
        store._lifetime.Claim();
        await store._lifetime.OpenAsync();
        return store;
    }

    public static ContentVersion VersionOf(byte[] bytes) => new(Bytes.Digest(bytes), bytes.Length, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>Commits bytes under a name, as a small push does.</summary>
    public async Task<CommitStatus> CommitAsync(string name, byte[] bytes, bool isPinned = true)
    {
        var result = await Videos.CommitAsync(new Verified(VideoName.Parse(name), VersionOf(bytes), isPinned, Videos.PurgeCount, Bytes: bytes));
        Assert.Null(result.Failure);
        Accountant.Count(result.Value.IsNewObject ? bytes.Length : 0);
        return result.Value.Status;
    }

    public ValueTask DisposeAsync()
    {
        _lifetime.Dispose();
        Room.Dispose();
        return ValueTask.CompletedTask;
    }
}

using System.Net;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.Controller.Inventories;
using Cdn.Tests.Infrastructure;
using Cdn.Transfer.Sets;
using Microsoft.Extensions.Logging.Abstractions;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Health;

/// <summary>One replica, whose inventory and heartbeats are answered here.</summary>
public sealed class ReplicaMonitorTests : HttpMessageHandler, IHttpClientFactory
{
    private static readonly CatalogVideo Film = Video("film.mp4");

    private readonly ManualTime _time = new();
    private readonly ClusterState _cluster = Cluster(Catalog(Film), ReplicaView.Unknown("replica1"));
    private readonly InventoryReader _inventory;
    private readonly ReplicaMonitor _monitor;
    private VersionedSet<HeldContent> _set = Filled();
    private Action? _whileAsked;
    private int _load;
    private int _inventoriesRead;
    private bool _isDown;
    private bool _isSilent;
    private bool _isDraining;
    private string? _opening;

    public ReplicaMonitorTests()
    {
        _inventory = new InventoryReader(0, "replica1", new InventoryClient(this), _cluster, _time, NullLogger<InventoryReader>.Instance);
        _monitor = new ReplicaMonitor(
            0, "replica1", new HeartbeatClient(this), _inventory, new FailureDetector(1), _cluster, TimeSpan.FromSeconds(0.5), _time,
            NullLogger<ReplicaMonitor>.Instance);
    }

    private ReplicaView Replica => _cluster.Current.Replicas[0];

    public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

    [Fact]
    public async Task Ask_BeforeTheInventoryIsKnown_IsNotUp()
    {
        await AskAsync(ReplicaState.Down);
        Assert.Equal("its inventory is being read", Replica.Failure);

        await ReadAsync();
        await AskAsync(ReplicaState.Up);
        Assert.Equal((1, 1), (_cluster.Current.Counts.Held[0].Videos, _cluster.Current.Proven(0).Videos));
    }

    [Fact]
    public async Task Ask_WhileTheStoreIsBeingOpened_SaysHowFarItIs()
    {
        _opening = "its store is being opened: 40 %";
        await AskAsync(ReplicaState.Down);
        Assert.Equal("its store is being opened: 40 %", Replica.Failure);
        Assert.True(_monitor.Settled.IsCompleted); // Nobody waits for it at the start.
    }

    [Fact]
    public async Task Ask_AfterARestartWithTheSameInventory_ReadsNothingAgain()
    {
        await ComeUpAsync();
        _isDown = true;
        await AskAsync(ReplicaState.Down);
        (_isDown, _set) = (false, Filled());

        await AskAsync(ReplicaState.Up);

        Assert.Equal(1, _inventoriesRead);
    }

    [Fact]
    public async Task Ask_AfterARestartWithAnotherInventory_IsNotUpUntilItIsRead()
    {
        await ComeUpAsync();
        _set = new VersionedSet<HeldContent>(SetDigest.Of); // An empty disk, and so fast that nobody has seen it down.

        await AskAsync(ReplicaState.Down);
        await ReadAsync();
        await AskAsync(ReplicaState.Up);

        Assert.Equal(0, _cluster.Current.Counts.Held[0].Videos);
    }

    [Fact]
    public async Task Ask_AfterARestart_ReadmitsAtOnce_AndAfterTheNextHoldsBack()
    {
        await ComeUpAsync();
        await GoDownAndUpAsync(ReplicaState.Up);
        await GoDownAndUpAsync(ReplicaState.Suspect);
        Assert.Contains("gets clients again at", Replica.Failure);

        _time.Advance(TimeSpan.FromSeconds(1));

        await AskAsync(ReplicaState.Up);
        Assert.Null(Replica.Failure);
    }

    [Fact]
    public async Task Ask_Silent_IsSuspectAndThenDown_AndItsInventoryIsStillKnown()
    {
        await ComeUpAsync();
        _isSilent = true;
        await AskAsync(ReplicaState.Suspect);
        await AskAsync(ReplicaState.Down);
        Assert.Equal(0, _cluster.Current.Proven(0).Videos); // It proves nothing now.

        _isSilent = false;
        await AskAsync(ReplicaState.Up);
        Assert.Equal(1, _inventoriesRead);
    }

    [Fact]
    public async Task ReportFailure_ThenDown_IsOneOutage()
    {
        await ComeUpAsync();
        _monitor.ReportFailure(Film.Name);
        Assert.Equal(ReplicaState.Suspect, Replica.State);

        await GoDownAndUpAsync(ReplicaState.Up);
    }

    [Fact]
    public async Task ReportFailure_AgainAndAgain_HoldsBackLongerAndLonger()
    {
        await ComeUpAsync();
        foreach (var seconds in (int[])[0, 1, 2, 4])
        {
            _monitor.ReportFailure(Film.Name);
            if (seconds > 0)
            {
                await AskAsync(ReplicaState.Suspect);
                _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
                await AskAsync(ReplicaState.Suspect);
                _time.Advance(TimeSpan.FromSeconds(0.1));
            }

            await AskAsync(ReplicaState.Up);
        }
    }

    [Fact]
    public async Task ReportFailure_WhileAHeartbeatIsUnderWay_IsNotUndoneByItsAnswer()
    {
        await ComeUpAsync();
        _whileAsked = () => _monitor.ReportFailure(Film.Name);
        await AskAsync(ReplicaState.Suspect);
        _whileAsked = null;

        await AskAsync(ReplicaState.Up);
    }

    [Fact]
    public async Task Ask_OneThatGoesAsItSaid_CountsForNothing()
    {
        await ComeUpAsync();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            _isDraining = true;
            await AskAsync(ReplicaState.Up);
            _isDraining = false;
            await GoDownAndUpAsync(ReplicaState.Up);
        }
    }

    [Fact]
    public async Task Ask_NothingButTheLoadChanged_IsNoNewEpoch()
    {
        await ComeUpAsync();
        var epoch = _cluster.Current.Epoch;

        _load = 7;
        await AskAsync(ReplicaState.Up);

        Assert.Equal((7, epoch), (Replica.Load, _cluster.Current.Epoch));
    }

    /// <summary>
    /// A viewer of the events who went at the wrong moment made the answer of a replica fail, and so the replica was down.
    /// </summary>
    [Fact]
    public async Task Ask_WhileAViewerOfTheEventsGoes_MarksNobodyDown()
    {
        await ComeUpAsync();
        using var gone = new CancellationTokenSource();
        await using (var events = global::Cdn.Controller.Api.EventEndpoints.EventsAsync(_cluster, () => null, _time, gone.Token).GetAsyncEnumerator(gone.Token))
        {
            Assert.True(await events.MoveNextAsync());
            await gone.CancelAsync();
            _whileAsked = () => Assert.False(events.MoveNextAsync().AsTask().GetAwaiter().GetResult());
            _isDraining = true; // So that there is something to tell.
            await AskAsync(ReplicaState.Up);
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath == Routes.Inventory)
        {
            _inventoriesRead++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = JsonContent.Create(new InventoryPage(_set.Read(FeedCursor.Start, (name, held) => held.Named(name))), WireJson.Default.InventoryPage),
            });
        }

        _time.Advance(TimeSpan.FromMilliseconds(1));
        _whileAsked?.Invoke();
        return _isDown ? throw new HttpRequestException("Connection refused")
            : _isSilent ? throw new TaskCanceledException("Timeout")
            : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = JsonContent.Create(
                    new Heartbeat(_set.Current.Set, _set.Current.Number, _set.Current.Digest.ToString(), 1, 100, _isDraining, _load, Opening: _opening),
                    WireJson.Default.Heartbeat),
            });
    }

    private static VersionedSet<HeldContent> Filled()
    {
        var set = new VersionedSet<HeldContent>(SetDigest.Of);
        set.Apply([SetChange<HeldContent>.To(Film.Name, new HeldContent(Film.Size, Film.Sha256, Pinned: true))]);
        return set;
    }

    private async Task ComeUpAsync()
    {
        await ReadAsync();
        await AskAsync(ReplicaState.Up);
    }

    private async Task GoDownAndUpAsync(ReplicaState expected)
    {
        _isDown = true;
        await AskAsync(ReplicaState.Down);
        _isDown = false;
        await AskAsync(expected);
        Assert.True(_cluster.Current.Videos.GetValueOrDefault(Film.Name)!.Holders.Contains(0));
    }

    private Task<bool> ReadAsync() => _inventory.ReadAsync(TestContext.Current.CancellationToken);

    private async Task AskAsync(ReplicaState expected)
    {
        await _monitor.AskAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, Replica.State);
    }
}

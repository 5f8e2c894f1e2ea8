using System.Net;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Health;

public sealed class ReplicaProberTests : HttpMessageHandler, IHttpClientFactory
{
    private static readonly CatalogVideo Film = Video("film.mp4");

    private readonly ManualTime _time = new();
    private readonly ClusterState _cluster = Cluster(Catalog(Film), ReplicaView.Unknown("replica1"));
    private readonly ReplicaProber _prober;
    private Action? _whileAsked;
    private int _load;
    private bool _isDown;
    private bool _isDraining;

    public ReplicaProberTests() => _prober =
        new ReplicaProber("replica1", this, _cluster, TimeSpan.FromSeconds(0.5), _time, NullLogger<ReplicaProber>.Instance);

    private ReplicaView Replica => _cluster.Current.Replicas[0];

    public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

    [Fact]
    public async Task Probe_AfterARestart_ReadmitsAtOnce_AndAfterTheNextHoldsBack()
    {
        await ProbeAsync(ReplicaState.Up);
        await GoDownAndUpAsync(ReplicaState.Up);
        await GoDownAndUpAsync(ReplicaState.Suspect);
        Assert.Contains("gets clients again at", Replica.Failure);

        _time.Advance(TimeSpan.FromSeconds(1));

        await ProbeAsync(ReplicaState.Up);
        Assert.Null(Replica.Failure);
    }

    [Fact]
    public async Task ReportFailure_ThenDown_IsOneOutage()
    {
        await ProbeAsync(ReplicaState.Up);
        _prober.ReportFailure(Film.Name);
        Assert.Equal(ReplicaState.Suspect, Replica.State);

        await GoDownAndUpAsync(ReplicaState.Up);
    }

    [Fact]
    public async Task ReportFailure_AgainAndAgain_HoldsBackLongerAndLonger()
    {
        await ProbeAsync(ReplicaState.Up);
        foreach (var seconds in (int[])[0, 1, 2, 4])
        {
            _prober.ReportFailure(Film.Name);
            if (seconds > 0)
            {
                await ProbeAsync(ReplicaState.Suspect);
                _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
                await ProbeAsync(ReplicaState.Suspect);
                _time.Advance(TimeSpan.FromSeconds(0.1));
            }

            await ProbeAsync(ReplicaState.Up);
        }
    }

    [Fact]
    public async Task ReportFailure_WhileAProbeIsUnderWay_IsNotUndoneByItsAnswer()
    {
        await ProbeAsync(ReplicaState.Up);
        _whileAsked = () => _prober.ReportFailure(Film.Name);
        await ProbeAsync(ReplicaState.Suspect);
        _whileAsked = null;

        await ProbeAsync(ReplicaState.Up);
    }

    [Fact]
    public async Task Probe_ThatGoesAsItSaid_CountsForNothing()
    {
        await ProbeAsync(ReplicaState.Up);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            _isDraining = true;
            await ProbeAsync(ReplicaState.Up);
            _isDraining = false;
            await GoDownAndUpAsync(ReplicaState.Up);
        }
    }

    [Fact]
    public async Task Probe_NothingButTheLoadChanged_IsNoNewEpoch()
    {
        await ProbeAsync(ReplicaState.Up);
        var epoch = _cluster.Current.Epoch;

        _load = 7;
        await ProbeAsync(ReplicaState.Up);

        Assert.Equal((7, epoch), (Replica.Load, _cluster.Current.Epoch));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _whileAsked?.Invoke();
        if (_isDown)
        {
            throw new HttpRequestException("Connection refused");
        }

        var response = request.Headers.IfNoneMatch.Count > 0
            ? new HttpResponseMessage(HttpStatusCode.NotModified)
            : new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = JsonContent.Create(
                    new Inventory(1, [new HeldVideo(Film.Name, Film.Size, Film.Sha256, Pinned: true)]), WireJson.Default.Inventory),
            };
        response.Headers.ETag = new("\"1\"");
        response.Headers.Add(CdnHeaders.Load, $"{_load}");
        if (_isDraining)
        {
            response.Headers.Add(CdnHeaders.Draining, "1");
        }

        return Task.FromResult(response);
    }

    protected override void Dispose(bool disposing)
    {
        _prober.Dispose();
        base.Dispose(disposing);
    }

    private async Task GoDownAndUpAsync(ReplicaState expected)
    {
        _isDown = true;
        await ProbeAsync(ReplicaState.Down);
        _isDown = false;
        await ProbeAsync(expected);
        Assert.Contains(Film.Name, Replica.Inventory.Keys);
    }

    private async Task ProbeAsync(ReplicaState expected)
    {
        await _prober.ProbeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, Replica.State);
    }
}

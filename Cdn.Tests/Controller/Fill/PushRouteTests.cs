using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using Cdn.Placement;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Fill;

/// <summary>Who sends a film to whom, for three replicas in the order that they have for it.</summary>
public class PushRouteTests
{
    private const int Origin = PushRoute.Origin;

    private static readonly string[] Names = ["replica1", "replica2", "replica3"];
    private static readonly CatalogVideo Film = Video("film.mp4", size: 2_000_000);
    private static readonly int[] Chain = ChainOf(Film);

    private readonly FillState _state = new(3, new FillLimits(4, 16, TimeSpan.FromSeconds(30)));
    private ClusterSnapshot _snapshot = Cluster(Catalog(Film), [.. Names.Select(name => View(name, ReplicaState.Up))]).Current;

    [Fact]
    public void Source_WhenNobodyHasIt_IsTheOriginForTheFirst_AndTheOneBeforeForAllOthers()
    {
        Assert.Equal(Origin, Source(0));
        Assert.Null(Source(1)); // The first has not begun.

        Begin(0, Origin);
        Assert.Equal(Chain[0], Source(1));
        Assert.Null(Source(2));
        Begin(1, Chain[0]);
        Assert.Equal(Chain[1], Source(2));
    }

    [Fact]
    public void Source_OfOneThatComesBack_IsTheLastOfThoseBehindIt()
    {
        Begin(1, Origin);
        Begin(2, Chain[1]);

        Assert.Equal(Chain[2], Source(0));
    }

    [Fact]
    public void Source_WhenWhatTheSourceWasSendingOnBrokeOff_IsTheSameAgain()
    {
        Begin(0, Origin);
        Begin(1, Chain[0]);
        Fail(1, Chain[0], isUpstream: true);

        Assert.Equal(Chain[0], Source(1));
    }

    [Fact]
    public void Source_BehindOneThatFailed_DoesNotWaitForItsNextTry()
    {
        Begin(0, Origin);
        Fail(0, Origin);

        Assert.Equal(Origin, Source(1));
        Begin(1, Origin);
        Assert.Equal(Chain[1], Source(0)); // Which then does not ask the origin a second time.
    }

    [Fact]
    public void Source_ThatFailed_IsAskedAgainOnceTheOriginHasFailed_Too()
    {
        _snapshot = Cluster(Catalog(Film), [.. Names.Select((name, i) => i == Chain[0] ? View(name, ReplicaState.Up, Film) : View(name, ReplicaState.Up))]).Current;
        Fail(2, Chain[1]);

        Fail(1, Chain[0]);
        _snapshot = Without(_snapshot, Chain[2]);
        Assert.Equal(Origin, Source(1));
        Fail(1, Origin);
        Assert.Equal(Chain[0], Source(1));
    }

    [Fact]
    public void Source_ThatDoesNotAnswer_IsLeftAloneForAWhile()
    {
        _state.GateOf(Origin).Failed(TimeSpan.Zero, TimeSpan.FromSeconds(30), 1);

        Assert.Null(Source(0));
        Assert.Equal(Origin, Source(0, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Source_OfASmallVideo_IsNotWhoIsStillReceivingIt()
    {
        var small = Video("small.ts");
        var chain = ChainOf(small);
        _snapshot = Cluster(Catalog(small), [.. Names.Select(name => View(name, ReplicaState.Up))]).Current;
        _state.Move(small.Name, traffic => traffic.Begin(chain[0], Origin));

        Assert.Null(SourceOf(small, chain[1]));
        _state.Move(small.Name, traffic => traffic.Succeeded(chain[0], small.Sha256));
        Assert.Equal(chain[0], SourceOf(small, chain[1]));
    }

    private static int[] ChainOf(CatalogVideo video) => [.. Enumerable.Range(0, 3).OrderBy(i => Rendezvous.Rank(video.Sha256, Names[i]))];

    private static ClusterSnapshot Without(ClusterSnapshot snapshot, int replica) =>
        snapshot with { Replicas = snapshot.Replicas.SetItem(replica, snapshot.Replicas[replica] with { State = ReplicaState.Down }) };

    private void Begin(int place, int source) => _state.Move(Film.Name, traffic => traffic.Begin(Chain[place], source));

    private void Fail(int place, int source, bool isUpstream = false) => _state.Move(Film.Name, traffic => traffic.Failed(Chain[place], source, isUpstream));

    private int? Source(int place, TimeSpan now = default) => SourceOf(Film, Chain[place], now);

    private int? SourceOf(CatalogVideo video, int target, TimeSpan now = default) =>
        PushRoute.SourceOf(_snapshot.Videos.GetValueOrDefault(video.Name)!, target, _snapshot, _state, now);
}

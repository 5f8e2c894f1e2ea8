using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using Cdn.Placement;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Fill;

/// <summary>Who sends a film to whom, for three replicas in the order that they have for it.</summary>
public class PushRouteTests
{
    private static readonly CatalogVideo Film = Video("film.mp4", size: 2_000_000);

    private static readonly string[] Chain =
        [.. new[] { "replica1", "replica2", "replica3" }.OrderBy(name => Rendezvous.Rank(Film.Sha256, name))];

    private readonly PushBoard _board = new();

    [Fact]
    public void Source_WhenNobodyHasIt_IsTheOriginForTheFirst_AndTheOneBeforeForAllOthers()
    {
        Assert.Equal("origin", Source(0));
        Assert.Null(Source(1)); // The first has not begun.

        _board.Begin(Chain[0], Film.Name, "origin");
        Assert.Equal(Chain[0], Source(1));
        Assert.Null(Source(2));
        _board.Begin(Chain[1], Film.Name, Chain[0]);
        Assert.Equal(Chain[1], Source(2));
    }

    [Fact]
    public void Source_OfOneThatComesBack_IsTheLastOfThoseBehindIt()
    {
        _board.Begin(Chain[1], Film.Name, "origin");
        _board.Begin(Chain[2], Film.Name, Chain[1]);

        Assert.Equal(Chain[2], Source(0));
    }

    [Fact]
    public void Source_WhenWhatTheSourceWasSendingOnBrokeOff_IsTheSameAgain()
    {
        _board.Begin(Chain[0], Film.Name, "origin");
        _board.Begin(Chain[1], Film.Name, Chain[0]);
        _board.Failed(Chain[1], Film.Name, Chain[0], isUpstream: true);

        Assert.Equal(Chain[0], Source(1));
    }

    [Fact]
    public void Source_BehindOneThatFailed_DoesNotWaitForItsNextTry()
    {
        _board.Begin(Chain[0], Film.Name, "origin");
        _board.Failed(Chain[0], Film.Name, "origin", isUpstream: false);

        Assert.Equal("origin", Source(1));
        _board.Begin(Chain[1], Film.Name, "origin");
        Assert.Equal(Chain[1], Source(0)); // Which then does not ask the origin a second time.
    }

    [Fact]
    public void Source_ThatFailed_IsAskedAgainOnceTheOriginHasFailed_Too()
    {
        var snapshot = Cluster(Catalog(Film), View(Chain[0], ReplicaState.Up, Film), View(Chain[1], ReplicaState.Up)).Current;

        _board.Failed(Chain[1], Film.Name, Chain[0], isUpstream: false);
        Assert.Equal("origin", PushRoute.SourceOf(Film, Chain[1], snapshot, _board));
        _board.Failed(Chain[1], Film.Name, "origin", isUpstream: false);
        Assert.Equal(Chain[0], PushRoute.SourceOf(Film, Chain[1], snapshot, _board));
    }

    [Fact]
    public void Source_OfASmallVideo_IsNotWhoIsStillReceivingIt()
    {
        var small = Video("small.ts");
        string[] chain = [.. Chain.OrderBy(name => Rendezvous.Rank(small.Sha256, name))];
        var snapshot = Cluster(Catalog(small), [.. Chain.Select(name => View(name, ReplicaState.Up))]).Current;
        _board.Begin(chain[0], small.Name, "origin");

        Assert.Null(PushRoute.SourceOf(small, chain[1], snapshot, _board));
        _board.Succeeded(chain[0], small);
        Assert.Equal(chain[0], PushRoute.SourceOf(small, chain[1], snapshot, _board));
    }

    private string? Source(int place) =>
        PushRoute.SourceOf(Film, Chain[place], Cluster(Catalog(Film), [.. Chain.Select(name => View(name, ReplicaState.Up))]).Current, _board);
}

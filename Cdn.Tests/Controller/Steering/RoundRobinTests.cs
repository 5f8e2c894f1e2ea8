using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Steering;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Steering;

public class RoundRobinTests
{
    private static readonly CatalogVideo Film = Video("film.mp4");

    [Fact]
    public void Pick_AllHoldIt_TakesTurns()
    {
        var policy = new RoundRobin(Cluster(
            Catalog(Film), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up, Film), View("replica3", ReplicaState.Up, Film)));

        Assert.Equal(
            ["replica1", "replica2", "replica3", "replica1", "replica2", "replica3"],
            Enumerable.Range(0, 6).Select(_ => Pick(policy).Replica));
    }

    [Fact]
    public void Pick_SomeDoNotHoldIt_LeavesThemOut()
    {
        var policy = new RoundRobin(Cluster(
            Catalog(Film), View("replica1", ReplicaState.Up), View("replica2", ReplicaState.Up, Film), View("replica3", ReplicaState.Down)));

        Assert.All(Enumerable.Range(0, 6), _ => Assert.Equal((SteeringResult.Redirect, "replica2"), Pick(policy)));
    }

    [Fact]
    public void Pick_NotInTheCatalog_IsUnknownEvenIfHeld() =>
        Assert.Equal(SteeringResult.Unknown, Pick(new RoundRobin(Cluster(Catalog(), View("replica1", ReplicaState.Up, Film)))).Result);

    [Fact]
    public void Pick_HeldNowhere_IsUnavailable() =>
        Assert.Equal(SteeringResult.Unavailable, Pick(new RoundRobin(Cluster(Catalog(Film), View("replica1", ReplicaState.Up)))).Result);

    [Fact]
    public void Pick_NoCatalogYet_GoesByWhatReplicasHold()
    {
        var policy = new RoundRobin(Cluster(null, View("replica1", ReplicaState.Up), View("replica2", ReplicaState.Up, Film)));

        Assert.Equal((SteeringResult.Redirect, "replica2"), Pick(policy));
        Assert.Equal(SteeringResult.Unavailable, policy.Pick(VideoName.Parse("other.mp4"), null, out _));
    }

    [Fact]
    public void Pick_NewVersionOnTheWay_PrefersItAndElseGivesTheOldOne()
    {
        var young = Video("film.mp4", version: 2);
        var onlyOld = Cluster(Catalog(young), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up));
        var both = Cluster(Catalog(young), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up, young));

        Assert.Equal((SteeringResult.Redirect, "replica1"), Pick(new RoundRobin(onlyOld)));
        var policy = new RoundRobin(both);
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal("replica2", Pick(policy).Replica));
    }

    [Fact]
    public void Pick_Suspects_OnlyIfThereIsNobodyElse()
    {
        var one = Cluster(Catalog(Film), View("replica1", ReplicaState.Suspect, Film), View("replica2", ReplicaState.Up, Film));
        var all = Cluster(Catalog(Film), View("replica1", ReplicaState.Suspect, Film), View("replica2", ReplicaState.Down));

        var policy = new RoundRobin(one);
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal("replica2", Pick(policy).Replica));
        Assert.Equal("replica1", Pick(new RoundRobin(all)).Replica);
    }

    [Fact]
    public void Pick_AfterAFailure_NeverNamesTheSameReplica()
    {
        var policy = new RoundRobin(Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up, Film)));

        Assert.All(Enumerable.Range(0, 6), _ =>
        {
            policy.Pick(Film.Name, "replica1", out var replica);
            Assert.Equal("replica2", replica);
        });
        Assert.Equal(
            SteeringResult.Unavailable,
            new RoundRobin(Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film))).Pick(Film.Name, "replica1", out _));
    }

    private static (SteeringResult Result, string Replica) Pick(RoundRobin policy) => (policy.Pick(Film.Name, null, out var replica), replica);
}

using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Steering;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Steering;

public class ReplicaSelectorTests
{
    private static readonly CatalogVideo Film = Video("film.mp4");

    [Fact]
    public void Pick_AllHoldIt_TakesTurns()
    {
        var policy = new ReplicaSelector(Cluster(
            Catalog(Film), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up, Film), View("replica3", ReplicaState.Up, Film)), new RoundRobin());

        Assert.Equal(
            ["replica1", "replica2", "replica3", "replica1", "replica2", "replica3"],
            Enumerable.Range(0, 6).Select(_ => Pick(policy).Replica));
    }

    [Fact]
    public void Pick_SomeDoNotHoldIt_LeavesThemOut()
    {
        var policy = new ReplicaSelector(Cluster(
            Catalog(Film), View("replica1", ReplicaState.Up), View("replica2", ReplicaState.Up, Film), View("replica3", ReplicaState.Down)), new RoundRobin());

        Assert.All(Enumerable.Range(0, 6), _ => Assert.Equal((SteeringResult.Redirect, "replica2"), Pick(policy)));
    }

    [Fact]
    public void Pick_NotInTheCatalog_IsUnknownEvenIfHeld() =>
        Assert.Equal(SteeringResult.Unknown, Pick(new ReplicaSelector(Cluster(Catalog(), View("replica1", ReplicaState.Up, Film)), new RoundRobin())).Result);

    [Fact]
    public void Pick_HeldNowhere_IsUnavailable() =>
        Assert.Equal(SteeringResult.HeldNowhere, Pick(new ReplicaSelector(Cluster(Catalog(Film), View("replica1", ReplicaState.Up)), new RoundRobin())).Result);

    [Fact]
    public void Pick_NoCatalogYet_GoesByWhatReplicasHold()
    {
        var policy = new ReplicaSelector(Cluster(null, View("replica1", ReplicaState.Up), View("replica2", ReplicaState.Up, Film)), new RoundRobin());

        Assert.Equal((SteeringResult.Redirect, "replica2"), Pick(policy));
        Assert.Equal(SteeringResult.HeldNowhere, policy.Select(VideoName.Parse("other.mp4"), null, out _));
    }

    [Fact]
    public void Pick_NewVersionOnTheWay_PrefersItAndElseGivesTheOldOne()
    {
        var young = Video("film.mp4", version: 2);
        var onlyOld = Cluster(Catalog(young), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up));
        var both = Cluster(Catalog(young), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up, young));

        Assert.Equal((SteeringResult.Redirect, "replica1"), Pick(new ReplicaSelector(onlyOld, new RoundRobin())));
        var policy = new ReplicaSelector(both, new RoundRobin());
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal("replica2", Pick(policy).Replica));
    }

    [Fact]
    public void Pick_Suspects_OnlyIfThereIsNobodyElse()
    {
        var one = Cluster(Catalog(Film), View("replica1", ReplicaState.Suspect, Film), View("replica2", ReplicaState.Up, Film));
        var all = Cluster(Catalog(Film), View("replica1", ReplicaState.Suspect, Film), View("replica2", ReplicaState.Down));

        var policy = new ReplicaSelector(one, new RoundRobin());
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal("replica2", Pick(policy).Replica));
        Assert.Equal("replica1", Pick(new ReplicaSelector(all, new RoundRobin())).Replica);
    }

    [Fact]
    public void Pick_AfterAFailure_NeverNamesTheSameReplica()
    {
        var policy = new ReplicaSelector(Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up, Film)), new RoundRobin());

        Assert.All(Enumerable.Range(0, 6), _ =>
        {
            policy.Select(Film.Name, "replica1", out var replica);
            Assert.Equal("replica2", replica);
        });
        Assert.Equal(
            SteeringResult.HeldNowhere,
            new ReplicaSelector(Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film)), new RoundRobin()).Select(Film.Name, "replica1", out _));
    }

    private static (SteeringResult Result, string Replica) Pick(ReplicaSelector policy) => (policy.Select(Film.Name, null, out var replica), replica);
}

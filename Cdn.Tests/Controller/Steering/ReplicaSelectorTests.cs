using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using Cdn.Controller.Steering;
using Cdn.Placement;
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
    public void Pick_HeldNowhere_IsWhereItBelongs_WhoeverIsUp()
    {
        var filling = Cluster(Catalog(Film), View("replica1", ReplicaState.Up), View("replica2", ReplicaState.Suspect), View("replica3", ReplicaState.Down));

        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal((SteeringResult.Redirect, "replica1"), Pick(new ReplicaSelector(filling, new RoundRobin()))));
    }

    /// <summary>
    /// One missed heartbeat on a busy machine is no reason to refuse a client: 216 of 18,961 requests were, beside a large fill.
    /// </summary>
    [Fact]
    public void Pick_HeldNowhereAndNobodyIsUp_IsASuspect()
    {
        var selector = new ReplicaSelector(
            Cluster(Catalog(Film), View("replica1", ReplicaState.Down), View("replica2", ReplicaState.Suspect)),
            new RoundRobin());

        Assert.Equal((SteeringResult.Redirect, "replica2"), Pick(selector));
        Assert.Equal(["replica2"], Order(selector, null));
        Assert.Equal(SteeringResult.HeldNowhere, selector.Select(Film.Name, "replica2", out _));
        Assert.Equal(
            SteeringResult.HeldNowhere,
            Pick(new ReplicaSelector(Cluster(Catalog(Film), View("replica1", ReplicaState.Down)), new RoundRobin())).Result);
    }

    /// <summary>Everybody who asks meanwhile reads along with one transfer.</summary>
    [Fact]
    public void Pick_HeldNowhere_IsTheOneThatIsSentItFirst()
    {
        var cluster = Cluster(Catalog(Film), [.. Enumerable.Range(1, 5).Select(i => View($"replica{i}", ReplicaState.Up))]);
        var push = Assert.Single(
            FillPlanner.Next(new FillState(5, new FillLimits(4, 16, TimeSpan.FromSeconds(30))), cluster.Current, TimeSpan.Zero).Actions.OfType<FillAction.Push>());

        Assert.All(Enumerable.Range(0, 6), _ => Assert.Equal($"replica{push.Target + 1}", Pick(new ReplicaSelector(cluster, new RoundRobin())).Replica));
    }

    [Fact]
    public void Pick_LargerThanEveryCapacity_IsWhoeverIsUp()
    {
        var cluster = Cluster(
            Catalog(Film), isPartial: true,
            View("replica1", ReplicaState.Up).With(view => view with { Capacity = 10 }), View("replica2", ReplicaState.Down).With(view => view with { Capacity = 10 }));
        var replicas = new PlacementReplicas(cluster.Current.Replicas.Select(replica => new PlacementReplica(replica.Name, replica.Capacity)));
        cluster.SetPlan(PlacementPlan.Create(replicas, [new PlacementVideo(Film.Name, Film.Size, 1)], 0.25), cluster.Current.Catalog!);
        Assert.Equal(1, cluster.Current.Plan!.Unplaced.Videos);

        Assert.Equal((SteeringResult.Redirect, "replica1"), Pick(new ReplicaSelector(cluster, new RoundRobin())));
    }

    [Fact]
    public void Pick_WhatAReplicaHasStillToPurge_IsNeverThere()
    {
        var cluster = Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up, Film));
        cluster.SetReplica(1, before => before with { Mark = new PurgeMark("log", 1) });

        cluster.SetPurges(new PurgeLog("log", 1, 0, [new(1, new PurgeSelector(Prefix: "film"))]));

        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal("replica2", Pick(new ReplicaSelector(cluster, new RoundRobin())).Replica));
        cluster.SetReplica(1, before => before with { State = ReplicaState.Down });
        Assert.Equal(SteeringResult.HoldersDown, Pick(new ReplicaSelector(cluster, new RoundRobin())).Result);
    }

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
    }

    [Fact]
    public void Pick_WhoHoldsItFailedOrIsDown_IsWhoCanGetIt_AndSaysSoIfNobodyCan()
    {
        var failed = Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up));
        var down = Cluster(Catalog(Film), View("replica1", ReplicaState.Down, Film));

        Assert.Equal(SteeringResult.Redirect, new ReplicaSelector(failed, new RoundRobin()).Select(Film.Name, "replica1", out var replica));
        Assert.Equal("replica2", replica);
        Assert.Equal(SteeringResult.HoldersDown, new ReplicaSelector(down, new RoundRobin()).Select(Film.Name, null, out _));
    }

    [Fact]
    public void Order_IsByHowWellEachCan()
    {
        var young = Video("film.mp4", version: 2);
        var selector = new ReplicaSelector(
            Cluster(
                Catalog(young),
                View("replica1", ReplicaState.Down),
                View("replica2", ReplicaState.Suspect, young),
                View("replica3", ReplicaState.Up, young).With(view => view with { IsDraining = true }),
                View("replica4", ReplicaState.Up, Film),
                View("replica5", ReplicaState.Up),
                View("replica6", ReplicaState.Up, young)),
            new RoundRobin());

        Assert.Equal(["replica6", "replica4", "replica3", "replica2"], Order(selector, "replica2"));
        Assert.Equal(SteeringResult.Unknown, selector.Order(VideoName.Parse("other.mp4"), null, out _));
    }

    [Fact]
    public void Order_NobodyHasIt_SaysWhy()
    {
        var nowhere = Cluster(Catalog(Film), View("replica1", ReplicaState.Down));
        var down = Cluster(Catalog(Film), View("replica1", ReplicaState.Down, Film));

        Assert.Equal(SteeringResult.HeldNowhere, new ReplicaSelector(nowhere, new RoundRobin()).Order(Film.Name, null, out _));
        Assert.Equal(SteeringResult.HoldersDown, new ReplicaSelector(down, new RoundRobin()).Order(Film.Name, null, out _));
    }

    [Fact]
    public void Order_AmongEquals_ClientsStayAndNewOnesTakeTurns()
    {
        string[] names = ["replica1", "replica2", "replica3"];
        var selector = new ReplicaSelector(Cluster(Catalog(Film), [.. names.Select(name => View(name, ReplicaState.Up, Film))]), new RoundRobin());

        Assert.All(Enumerable.Range(0, 6), _ => Assert.Equal("replica2", Order(selector, "replica2")[0]));
        Assert.Equal(names, Enumerable.Range(0, 3).Select(_ => Order(selector, null)[0]).Order());
        Assert.Equal(names, Order(selector, "replica9").Order());
    }

    private static IReadOnlyList<string> Order(ReplicaSelector selector, string? isAt)
    {
        Assert.Equal(SteeringResult.Redirect, selector.Order(Film.Name, isAt, out var replicas));
        return replicas;
    }

    private static (SteeringResult Result, string Replica) Pick(ReplicaSelector policy) => (policy.Select(Film.Name, null, out var replica), replica);
}

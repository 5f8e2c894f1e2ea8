using Cdn.Contracts;
using Cdn.Controller.Api;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Health;

/// <summary>Ready and healthy are two things.</summary>
public sealed class FillHealthTests
{
    private static readonly CatalogVideo Film = Video("film.mp4");

    [Fact]
    public void Check_OneFileCannotBeFilled_SaysWhichAndWhy_AndTheDoorIsOpen()
    {
        var cluster = Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film), View("replica2", ReplicaState.Up));
        cluster.SetTroubles(new FillTroubles(2, [new FillTrouble("replica2", Film.Name, 7, "replica2 answered 507: The disk is full.")]));

        var health = FillHealth.Check(cluster.Current, null);

        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.EndsWith("film.mp4 cannot be filled on replica2 (7 tries): replica2 answered 507: The disk is full; and 1 more", health.Description);
        Assert.Equal(HealthStatus.Healthy, ReadyHealth.Check(cluster.Current).Status);
    }

    [Fact]
    public void Check_WhatWasPurgedAndIsNotConfirmed_IsNotHealthy()
    {
        var cluster = Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film));
        Assert.Equal(HealthStatus.Healthy, FillHealth.Check(cluster.Current, null).Status);

        cluster.SetPurges(new PurgeLog("log", 1, 0, [new(1, new PurgeSelector(All: true))]));

        Assert.Contains("it has purges to apply", FillHealth.Check(cluster.Current, null).Description);
    }

    [Fact]
    public void Ready_NeedsACatalogAndOneReplica_AndNoMore()
    {
        Assert.Equal(HealthStatus.Unhealthy, ReadyHealth.Check(Cluster(null, View("replica1", ReplicaState.Up)).Current).Status);
        Assert.Equal(HealthStatus.Unhealthy, ReadyHealth.Check(Cluster(Catalog(Film), View("replica1", ReplicaState.Down)).Current).Status);
        var cluster = Cluster(Catalog(Film), View("replica1", ReplicaState.Down), View("replica2", ReplicaState.Up));
        cluster.SetCatalog(cluster.Current.Catalog! with { IsRemembered = true });
        Assert.Equal(HealthStatus.Healthy, ReadyHealth.Check(cluster.Current).Status);
    }

    [Fact]
    public void Status_WhileTheOriginIsAway_IsNotHealthy()
    {
        var cluster = Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film));
        Assert.True(StatusEndpoints.Describe(cluster.Current, null).Healthy);

        var away = StatusEndpoints.Describe(cluster.Current, "Connection refused");

        Assert.False(away.Healthy);
        Assert.Equal("Connection refused", away.Catalog!.OriginAway);
        Assert.StartsWith("The origin cannot be asked: Connection refused. 1 of 1 videos on replica1", away.Summary);
    }

    [Fact]
    public async Task Events_ThatSayTheSameAgain_HaveIdsOfTheirOwn()
    {
        var cluster = Cluster(Catalog(Film), View("replica1", ReplicaState.Up, Film));
        var ids = new List<string?>();
        using var enough = new CancellationTokenSource();
        await foreach (var item in EventEndpoints.EventsAsync(cluster, () => null, new HastyTime(), enough.Token))
        {
            ids.Add(item.EventId);
            if (ids.Count == 3)
            {
                await enough.CancelAsync();
            }
        }

        Assert.Equal(3, ids.Distinct().Count());
    }

    /// <summary>A clock by which every wait is over at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Add(ref _now, 3);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.FromMilliseconds(1), period);
    }
}

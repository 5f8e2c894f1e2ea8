using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Demand;
using Cdn.Controller.Fill;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Fill;

public class FillPlanTests
{
    [Fact]
    public void For_EmptyReplica_PushesEverythingSmallFirst()
    {
        var plan = For(
            Catalog(Video("big", size: 9), Video("b", size: 1), Video("a", size: 1)), View("replica1", ReplicaState.Up));

        Assert.Equal(["a", "b", "big"], plan.Push.Select(video => video.Name.Value));
        Assert.Empty(plan.Remove);
    }

    [Fact]
    public void For_VideosInDemand_PushesThemFirst()
    {
        var cluster = Cluster(Catalog(Video("big", size: 9), Video("a", size: 1), Video("b", size: 1)), View("replica1", ReplicaState.Up));
        var demand = new DemandReport(60, [new DemandPeriod(1, 30, [new VideoDemand(VideoName.Parse("big"), 20), new VideoDemand(VideoName.Parse("b"), 10)])]);
        cluster.SetDemand(DemandView.Of([demand], DateTimeOffset.UnixEpoch.AddMinutes(3)));

        Assert.Equal(["big", "b", "a"], FillPlan.For(cluster.Current, cluster.Current.Replicas[0]).Push.Select(video => video.Name.Value));
    }

    [Fact]
    public void For_ReplicaUpToDate_IsNothing() => Assert.Same(
        FillPlan.Nothing, For(Catalog(Video("a")), View("replica1", ReplicaState.Up, Video("a"))));

    [Fact]
    public void For_OldVersion_PushesTheNewOneAndRemovesNothing()
    {
        var plan = For(Catalog(Video("a", version: 2)), View("replica1", ReplicaState.Up, Video("a", version: 1)));

        Assert.Equal("a", Assert.Single(plan.Push).Name.Value);
        Assert.Empty(plan.Remove);
    }

    [Fact]
    public void For_RemovedVideo_RemovesIt()
    {
        var plan = For(Catalog(Video("a")), View("replica1", ReplicaState.Up, Video("a"), Video("b")));

        Assert.Empty(plan.Push);
        Assert.Equal("b", Assert.Single(plan.Remove).Value);
    }

    private static FillPlan For(CatalogView catalog, ReplicaView replica) => FillPlan.For(Cluster(catalog, replica).Current, replica);
}

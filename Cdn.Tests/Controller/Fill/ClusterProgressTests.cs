using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Placement;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Fill;

/// <summary>What the controller says of the progress of all replicas.</summary>
public sealed class ClusterProgressTests
{
    private static readonly CatalogVideo Small = Video("small", size: 10);
    private static readonly CatalogVideo Big = Video("big", size: 1000);

    [Fact]
    public void Of_ReplicasThatHoldEverything_CountsEachCopy_AndOnlyCurrentVersions()
    {
        var cluster = Cluster(
            Catalog(Small, Big),
            View("replica1", ReplicaState.Up, Small, Big),
            View("replica2", ReplicaState.Up, Small, Video("big", version: 2, size: 1000), Video("gone")),
            ReplicaView.Unknown("replica3"));

        Assert.Equal(new ClusterProgress(3, 6, 1020, 3030), ClusterProgress.Of(cluster.Current));
    }

    [Fact]
    public void Of_AnotherCatalog_IsCountedAnew()
    {
        var cluster = Cluster(Catalog(Small), View("replica1", ReplicaState.Up, Small));
        Assert.Equal(new ClusterProgress(1, 1, 10, 10), ClusterProgress.Of(cluster.Current));

        cluster.Publish(Small, Big);

        Assert.Equal(new ClusterProgress(1, 2, 10, 1010), ClusterProgress.Of(cluster.Current));
    }

    [Fact]
    public void Of_APlanOfOneCopyEach_AsksForOneCopyEach()
    {
        var cluster = Cluster(
            Catalog(Small, Big), isPartial: true, View("replica1", ReplicaState.Up, Small), View("replica2", ReplicaState.Up, Small));
        var replicas = new PlacementReplicas(cluster.Current.Replicas.Select(replica => new PlacementReplica(replica.Name, Capacity: null, IsIn: true)));
        var plan = PlacementPlan.Create(replicas, Catalog(Small, Big).Select(video => new PlacementVideo(video.Name, video.Size, 1)), slack: 10);
        Assert.Null(ClusterProgress.Of(cluster.Current)); // It is not known yet what belongs where.

        cluster.SetPlan(plan, cluster.Current.Catalog!);

        Assert.Equal(new ClusterProgress(1, 2, 10, 1010), ClusterProgress.Of(cluster.Current));
    }

    [Fact]
    public void Of_NoCatalogOrOneOfAnEarlierProcess_IsUnknown()
    {
        Assert.Null(ClusterProgress.Of(Cluster(null, View("replica1", ReplicaState.Up)).Current));
        var cluster = Cluster(Catalog(Small), View("replica1", ReplicaState.Up, Small));
        cluster.SetCatalog(cluster.Current.Catalog! with { IsRemembered = true });
        Assert.Null(ClusterProgress.Of(cluster.Current));
    }
}

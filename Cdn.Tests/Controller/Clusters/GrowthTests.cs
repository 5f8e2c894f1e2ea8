using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Clusters;

/// <summary>
/// A change costs what changed, not what there is: no walk over everything, in bytes allocated, which no other work on the
/// machine disturbs.
/// </summary>
public sealed class GrowthTests
{
    [Fact]
    public void Change_OfOneVideo_CostsAboutTheSameInALargeCatalogAsInASmallOne()
    {
        var (small, large) = (CostOfAChange(1_000), CostOfAChange(50_000));

        Assert.InRange(large, 0, small + 20_000); // Nodes are a little larger; 50,000 entries of anything would be ten times that.
    }

    private static long CostOfAChange(int videos)
    {
        var all = Enumerable.Range(0, videos).Select(i => Video($"show/{i}.ts", size: 1000)).ToArray();
        var cluster = Cluster(all, View("replica1", ReplicaState.Up, all), View("replica2", ReplicaState.Up, all));
        var state = new FillState(2, new FillLimits(4, 16, TimeSpan.FromSeconds(30)));
        var (target, now) = (new CatalogTarget(cluster), TimeSpan.FromSeconds(1));
        Assert.Empty(FillPlanner.Next(state, cluster.Current, now).Actions);
        long least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var video = Video($"new{i}.ts");
            var before = GC.GetAllocatedBytesForCurrentThread();
            target.Change([video], []);
            cluster.SetCatalog(new CatalogView("set", 10 + i));
            var actions = FillPlanner.Next(state, cluster.Current, now).Actions;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Contains(actions.OfType<FillAction.Push>(), push => push.Videos.Contains(video));
            foreach (var push in actions.OfType<FillAction.Push>())
            {
                FillPlanner.Take(
                    state,
                    new FillResult(push.Id, [.. push.Videos.Select(one => new VideoReceipt(one.Name, VideoReceipt.Done))]),
                    now);
            }
        }

        return least;
    }
}

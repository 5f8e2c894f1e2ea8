using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Placement;
using Cdn.Transfer.Sets;
using CsCheck;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Clusters;

/// <summary>
/// Rows keep what every replica holds, whatever the catalog does meanwhile; and sums by what changes are the sums of everything.
/// </summary>
public sealed class RowsTests
{
    private const int Replicas = 3;

    private static readonly Gen<(int Act, int Name, int Version, int Replica)[]> Acts =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, Replicas - 1]).Array[0, 60];

    [Fact]
    public void Rows_AreCatalogAndInventories() => Check(isPartial: false);

    [Fact]
    public void Rows_OfAPlan_AreCountedByIt() => Check(isPartial: true);

    /// <summary>
    /// At the start of a controller a replica nearly always holds what belongs there, which is not sent. But what belongs there
    /// by now, or is known by now, is never taken for what it was said to hold.
    /// </summary>
    [Fact]
    public void Inventory_ThatIsWhatBelongsThere_IsTakenWithoutBeingSent()
    {
        CatalogVideo[] videos = [.. Enumerable.Range(0, 100).Select(i => Video($"{i}"))];
        var held = videos.ToDictionary(video => video.Name, video => new HeldContent(video.Size, video.Sha256, Pinned: true));
        var cluster = Cluster(videos, View("replica1", ReplicaState.Up));
        var target = new InventoryTarget(cluster, 0);
        var known = target.KnownFrom(0)!.Value;
        Assert.Equal(new FeedPart(BucketRange.All, DigestOf(Named(held)).ToString()), known);

        cluster.Publish([.. videos, Video("new")]);
        Assert.Null(target.Keep(known));
        Assert.Equal(0, cluster.Current.Counts.Held[0].Videos);

        cluster.Publish(videos);
        Assert.Equal(DigestOf(Named(held)), target.Keep(known));
        Assert.True(cluster.Current.IsWhole(0));
        Assert.Equal(DigestOf(Named(held)), target.Keep(known)); // The answer came twice.

        target.Change([], [videos[0].Name]);
        Assert.Null(target.Keep(known)); // What it has is another thing by now, whatever belongs there.
        Assert.NotEqual(known, target.KnownFrom(0));
    }

    private static void Check(bool isPartial) => Acts.Sample(
        acts =>
        {
            var cluster = Cluster([], isPartial, [.. Enumerable.Range(1, Replicas).Select(i => View($"replica{i}", ReplicaState.Up))]);
            var catalog = new Dictionary<VideoName, CatalogVideo>();
            var held = Enumerable.Range(0, Replicas).Select(_ => new Dictionary<VideoName, HeldContent>()).ToArray();
            var (target, inventories) = (new CatalogTarget(cluster), Enumerable.Range(0, Replicas).Select(i => new InventoryTarget(cluster, i)).ToArray());
            foreach (var (act, name, version, replica) in acts)
            {
                var video = Video($"{name}", version, size: 10 + version);
                switch (act)
                {
                    case 0 or 1:
                        catalog[video.Name] = video;
                        Assert.Equal(catalog.Values.Aggregate(SetDigest.Nothing, (sum, one) => sum + SetDigest.Of(one)), target.Change([video], []));
                        break;
                    case 2:
                        catalog.Remove(video.Name);
                        target.Change([], [video.Name]);
                        break;
                    case 3 or 4:
                        held[replica][video.Name] = new HeldContent(video.Size, video.Sha256, Pinned: act == 3);
                        Assert.Equal(DigestOf(Named(held[replica])), inventories[replica].Change([held[replica][video.Name].Named(video.Name)], []));
                        break;
                    default:
                        held[replica].Remove(video.Name);
                        inventories[replica].Change([], [video.Name]);
                        break;
                }

                if (isPartial && version == 0)
                {
                    Plan(cluster, catalog);
                }
            }

            Assert.Equal(catalog.Keys.Union(held.SelectMany(one => one.Keys)).Count(), cluster.Current.Videos.Count);
            Assert.Equal(new PlannedLoad(catalog.Count, catalog.Values.Sum(video => video.Size)), cluster.Current.Counts.Catalog);
            for (var i = 0; i < Replicas; i++)
            {
                var rows = cluster.Current.Videos.Where(row => row.Value.HeldBy(i) is not null).ToDictionary(row => row.Key, row => row.Value.HeldBy(i)!.Value);
                Assert.Equal(held[i].OrderBy(one => one.Key.Value), rows.OrderBy(one => one.Key.Value));
                Assert.Equal(new PlannedLoad(held[i].Count, held[i].Values.Sum(one => one.Size)), cluster.Current.Counts.Held[i]);
                var proven = catalog.Values
                    .Where(video => held[i].GetValueOrDefault(video.Name).Sha256 == video.Sha256 && (!isPartial || cluster.Current.Plan?.Belongs(i, video.Name) == true))
                    .ToList();
                Assert.Equal(new PlannedLoad(proven.Count, proven.Sum(video => video.Size)), cluster.Current.Counts.Proven[i]);
            }
        },
        iter: 200);

    private static IEnumerable<HeldVideo> Named(Dictionary<VideoName, HeldContent> held) => held.Select(one => one.Value.Named(one.Key));

    private static void Plan(ClusterState cluster, Dictionary<VideoName, CatalogVideo> catalog) => cluster.SetPlan(
        PlacementPlan.Create(
            new PlacementReplicas(cluster.Current.Replicas.Select(replica => new PlacementReplica(replica.Name, null))),
            catalog.Values.Select(video => new PlacementVideo(video.Name, video.Size, 1)),
            slack: 0.25),
        cluster.Current.Catalog!);
}

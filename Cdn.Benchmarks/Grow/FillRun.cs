using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;

namespace Cdn.Benchmarks.Grow;

/// <summary>A fill of small files by the planner alone: whoever is asked for a push has done it at once.</summary>
internal sealed class FillRun(int videos, int replicas)
{
    /// <summary>Returns the CPU seconds of the controller's classes, and how many pushes there were.</summary>
    public (double Seconds, int Pushes) Run()
    {
        var cluster = ControlSubject.Cluster(replicas);
        var state = new FillState(replicas, new FillLimits(4, 16, TimeSpan.FromSeconds(30)));
        var inventories = Enumerable.Range(0, replicas).Select(i => new InventoryTarget(cluster, i)).ToArray();
        CatalogVideo[] catalog = [.. Enumerable.Range(0, videos).Select(ControlSubject.Video)];
        var (started, pushes, now) = (Environment.CpuUsage.TotalTime, 0, TimeSpan.FromSeconds(1));
        var target = new CatalogTarget(cluster);
        for (var i = 0; i < replicas; i++)
        {
            cluster.SetReplica(i, view => view with { State = ReplicaState.Up, IsRead = true });
        }

        foreach (var page in catalog.Chunk(Limits.MaxFeedItems))
        {
            target.Change([.. page], []);
        }

        cluster.SetCatalog(new CatalogView("set", 1));
        while (!Enumerable.Range(0, replicas).All(cluster.Current.IsWhole))
        {
            foreach (var push in FillPlanner.Next(state, cluster.Current, now).Actions.OfType<FillAction.Push>())
            {
                pushes++;
                inventories[push.Target].Change([.. push.Videos.Select(video => new HeldVideo(video.Name, video.Size, video.Sha256, Pinned: true))], []);
                FillPlanner.Take(
                    state,
                    new FillResult(push.Id, [.. push.Videos.Select(video => new VideoReceipt(video.Name, VideoReceipt.Done))]),
                    now);
            }

            now += TimeSpan.FromMilliseconds(20);
            for (var i = 0; i < replicas; i++)
            {
                cluster.SetReplica(i, view => view with { ProvenAt = now });
            }
        }

        return ((Environment.CpuUsage.TotalTime - started).TotalSeconds, pushes);
    }
}

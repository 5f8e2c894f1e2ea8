using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Cdn.Benchmarks.Delivery;
using Cdn.Benchmarks.Output;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Placement;
using Cdn.Controller.Steering;
using Cdn.Replica.Delivery;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Benchmarks.Steer;

/// <summary>
/// The policies themselves, on simulated demand: 8 replicas that hold 10,000 videos, of which viewers want each by Zipf's law
/// with exponent 1, and then replicas of which each holds a share; 20,000 requests a second, and reports of the replicas twice a
/// second, of which each is out of the class that makes them.
/// </summary>
internal static class PolicySimulation
{
    public const int Rows = 5;

    private const int Replicas = 8;
    private const int Videos = 10_000;
    private const int Requests = 1_000_000;
    private const int PerMillisecond = 20;

    /// <summary>Above the mean that the most loaded replica may be.</summary>
    private const double Target = 1.25;

    public static IEnumerable<TargetRow> Run()
    {
        var time = new SimulatedTime();
        var replicas = new ReplicaDirectory(new ConfigurationBuilder().AddInMemoryCollection(
            [new("REPLICAS", string.Join(',', Enumerable.Range(1, Replicas).Select(i => $"replica{i}")))]).Build());
        var videos = Enumerable.Range(0, Videos).Select(i => VideoName.Parse($"{i}.mp4")).ToArray();
        var all = Copies(replicas, videos, Replicas);
        yield return TargetRow.Told("round-robin", Ratio(new RoundRobin(), replicas, videos, all, time), "max : mean");
        yield return TargetRow.AtMost("least-outstanding", Ratio(new LeastOutstanding(replicas), replicas, videos, all, time), "max : mean", Target);
        yield return TargetRow.AtMost("consistent-hash", Ratio(new ConsistentHash(replicas, time), replicas, videos, all, time), "max : mean", Target);

        var one = Copies(replicas, videos, 1);
        yield return TargetRow.Told("one copy of each", Ratio(new LeastOutstanding(replicas), replicas, videos, one, time), "max : mean");
        var more = one.With(InDemand(videos), []);
        yield return TargetRow.AtMost(
            $"one copy of each, {more.Loads.ToArray().Sum(load => load.Videos) - Videos} more of what is in demand",
            Ratio(new LeastOutstanding(replicas), replicas, videos, more, time),
            "max : mean",
            Target);
    }

    private static PlacementPlan Copies(ReplicaDirectory replicas, IEnumerable<VideoName> videos, int copies) => PlacementPlan.Create(
        new PlacementReplicas(replicas.Names.Select(name => new PlacementReplica(name, Capacity: null))),
        videos.Select(name => new PlacementVideo(name, 1, copies)),
        slack: 0.25);

    /// <summary>What is wanted more often after a minute of this demand was reported.</summary>
    private static IEnumerable<PlacementVideo> InDemand(VideoName[] videos)
    {
        const int Reported = 1000;
        var counts = Zipf.Draw(Videos, Requests).CountBy(wanted => wanted).OrderByDescending(count => count.Value).Take(Reported);
        var minute = new DemandPeriod(0, Requests, [.. counts.Select(count => new VideoDemand(videos[count.Key], count.Value))]);
        return DemandView.Of([new DemandReport(60, [minute])], DateTimeOffset.UnixEpoch.AddMinutes(2))
            .WantedCopies(copies: 1, most: Replicas, Replicas)
            .Select(wanted => new PlacementVideo(wanted.Key, 1, wanted.Value));
    }

    private static double Ratio(ISteeringPolicy policy, ReplicaDirectory replicas, VideoName[] videos, PlacementPlan plan, SimulatedTime time)
    {
        var content = new Sha256Digest(SHA256.HashData(Encoding.UTF8.GetBytes("the same for all")));
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var delivered = replicas.Names.ToDictionary(name => name, _ => new DeliveryMetrics(services.GetRequiredService<IMeterFactory>(), time));
        var cluster = new ClusterState(replicas);
        for (var i = 0; i < Replicas; i++)
        {
            new InventoryTarget(cluster, i).Replace(BucketRange.All, [.. plan.VideosOn(i).Select(name => new HeldVideo(name, 1, content, Pinned: true))]);
            cluster.SetReplica(i, before => before with { State = ReplicaState.Up, AskedAt = TimeSpan.FromTicks(1) });
        }

        var (selector, counts, request) = (new ReplicaSelector(cluster, policy), new Dictionary<string, int>(), 0);
        foreach (var wanted in Zipf.Draw(Videos, Requests))
        {
            request++;
            selector.Select(videos[wanted], null, out var replica);
            counts[replica] = counts.GetValueOrDefault(replica) + 1;
            delivered[replica].Hit();
            if (request % PerMillisecond == 0)
            {
                time.Advance(TimeSpan.FromMilliseconds(1));
            }

            if (request % (500 * PerMillisecond) == 0)
            {
                for (var i = 0; i < Replicas; i++)
                {
                    cluster.SetReplica(i, before => before with { Load = delivered[before.Name].Load(), AskedAt = TimeSpan.FromTicks(request) });
                }
            }
        }

        return counts.Values.Max() / counts.Values.Average();
    }

    private sealed class SimulatedTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}

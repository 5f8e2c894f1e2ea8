using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Steering;
using Cdn.Tests.Infrastructure;
using CsCheck;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Steering;

public class PolicyTests
{
    private const int Replicas = 8;

    public static TheoryData<string> Policies => ["round-robin", "least-outstanding", "consistent-hash"];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Select_NeverNamesOneThatDoesNotHoldIt_WhileOneThatDoesIsUp(string name) =>
        Gen.Select(Gen.Bool.Array[Replicas], Gen.Enum<ReplicaState>().Array[Replicas], Gen.Int[0, 20]).Sample((holds, states, turns) =>
        {
            var film = Video("film.mp4");
            var cluster = Cluster(Catalog(film), [.. Enumerable.Range(0, Replicas).Select(i =>
                holds[i] && states[i] != ReplicaState.Down ? View($"replica{i}", states[i], film) : View($"replica{i}", states[i]))]);
            var selector = new ReplicaSelector(cluster, Policy(name));
            var holderUp = Enumerable.Range(0, Replicas).Any(i => holds[i] && states[i] == ReplicaState.Up);
            var anybodyHolds = Enumerable.Range(0, Replicas).Any(i => holds[i] && states[i] != ReplicaState.Down);
            var anybodyUp = states.Contains(ReplicaState.Up);
            for (var turn = 0; turn <= turns; turn++)
            {
                if (selector.Select(film.Name, null, out var replica) == SteeringResult.Redirect)
                {
                    var index = int.Parse(replica["replica".Length..]);
                    Assert.NotEqual(ReplicaState.Down, states[index]);
                    Assert.True(holds[index] || (!anybodyHolds && (!anybodyUp || states[index] == ReplicaState.Up)));
                    Assert.True(!holderUp || (holds[index] && states[index] == ReplicaState.Up));
                }
                else
                {
                    Assert.All(states, state => Assert.Equal(ReplicaState.Down, state));
                }
            }
        });

    /// <summary>
    /// The issue of every hash: one video that everybody wants. 10,000 videos by Zipf's law with exponent 1, 8 replicas, 100
    /// requests a millisecond.
    /// </summary>
    [Theory]
    [InlineData("least-outstanding")]
    [InlineData("consistent-hash")]
    public void Select_UnderZipfDemand_LoadsNobodyMuchAboveTheMean(string name)
    {
        var (time, random) = (new ManualTime(), new Random(1));
        var videos = Enumerable.Range(0, 10_000).Select(i => Video($"{i}.mp4")).ToArray();
        var cluster = Cluster(Catalog(videos), [.. Enumerable.Range(0, Replicas).Select(i => View($"replica{i}", ReplicaState.Up, videos))]);
        var selector = new ReplicaSelector(cluster, Policy(name, time));
        var cumulative = new double[videos.Length];
        for (var i = 0; i < videos.Length; i++)
        {
            cumulative[i] = (i == 0 ? 0 : cumulative[i - 1]) + (1.0 / (i + 1));
        }

        var counts = new Dictionary<string, int>();
        for (var request = 0; request < 200_000; request++)
        {
            var draw = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
            Assert.Equal(SteeringResult.Redirect, selector.Select(videos[draw < 0 ? ~draw : draw].Name, null, out var replica));
            counts[replica] = counts.GetValueOrDefault(replica) + 1;
            if (request % 100 == 0)
            {
                time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        Assert.InRange(counts.Values.Max() / counts.Values.Average(), 1, 1.25);
    }

    [Fact]
    public void ConsistentHash_WithoutPressure_KeepsAVideoWhereItIs()
    {
        var videos = Enumerable.Range(0, 200).Select(i => Video($"{i}.mp4")).ToArray();
        var cluster = Cluster(Catalog(videos), [.. Enumerable.Range(0, 4).Select(i => View($"replica{i}", ReplicaState.Up, videos))]);
        var selector = new ReplicaSelector(cluster, Policy("consistent-hash"));
        var first = videos.ToDictionary(video => video.Name, video => Select(selector, video));

        var moved = videos.Count(video => Select(selector, video) != first[video.Name]);

        Assert.InRange(moved, 0, videos.Length / 5);
    }

    [Fact]
    public void LeastOutstanding_GoesByWhatReplicasReport()
    {
        var film = Video("film.mp4");
        var cluster = Cluster(
            Catalog(film),
            View("replica0", ReplicaState.Up, film).With(view => view with { Load = 1000, AskedAt = TimeSpan.FromSeconds(1) }),
            View("replica1", ReplicaState.Up, film).With(view => view with { Load = 0, AskedAt = TimeSpan.FromSeconds(1) }));
        var selector = new ReplicaSelector(cluster, Policy("least-outstanding"));

        Assert.All(Enumerable.Range(0, 400), _ => Assert.Equal("replica1", Select(selector, film)));
    }

    [Fact]
    public void ConsistentHash_AllEquallyLoaded_GoesByTheVideoAlone()
    {
        var videos = Enumerable.Range(0, 50).Select(i => Video($"{i}.mp4")).ToArray();
        var replicas = Enumerable.Range(0, Replicas).Select(i => View($"replica{i}", ReplicaState.Up, videos)).ToArray();
        var everywhere = Cluster(Catalog(videos), replicas);

        Assert.All(videos, video =>
        {
            var idle = Select(new ReplicaSelector(everywhere, Policy("consistent-hash")), video);
            var policy = Policy("consistent-hash");
            foreach (var one in Enumerable.Range(0, Replicas))
            {
                var only = Cluster(Catalog(videos), [.. replicas.Select((view, i) => i == one ? view : View(view.View.Name, ReplicaState.Up))]);
                Select(new ReplicaSelector(only, policy), video);
            }

            Assert.Equal(idle, Select(new ReplicaSelector(everywhere, policy), video));
        });
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Select_AllocatesNothing(string name)
    {
        var film = Video("film.mp4");
        var cluster = Cluster(Catalog(film), [.. Enumerable.Range(0, Replicas).Select(i => View($"replica{i}", ReplicaState.Up, film))]);
        var selector = new ReplicaSelector(cluster, Policy(name));
        Select(selector, film);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            selector.Select(film.Name, null, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Select(ReplicaSelector selector, CatalogVideo video)
    {
        Assert.Equal(SteeringResult.Redirect, selector.Select(video.Name, null, out var replica));
        return replica;
    }

    private static ISteeringPolicy Policy(string name, TimeProvider? time = null)
    {
        var replicas = Directory(Enumerable.Range(0, Replicas).Select(i => $"replica{i}"));
        return name switch
        {
            "least-outstanding" => new LeastOutstanding(replicas),
            "consistent-hash" => new ConsistentHash(replicas, time ?? new ManualTime()),
            _ => new RoundRobin(),
        };
    }
}

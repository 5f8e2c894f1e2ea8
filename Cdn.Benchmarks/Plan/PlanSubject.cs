using System.Globalization;
using Cdn.Contracts;
using Cdn.Placement;

namespace Cdn.Benchmarks.Plan;

/// <summary>What is planned: so many videos on so many replicas.</summary>
internal sealed class PlanSubject
{
    /// <summary>Copies of each video.</summary>
    public const int Copies = 3;

    /// <summary>Sizes of the videos: 1 MB to 1 GB, as of segments and films.</summary>
    private const long Smallest = 1_000_000;
    private const double Spread = 1000;

    public PlanSubject(int videos, int replicas)
    {
        var random = new Random(videos);
        Videos = [.. Enumerable.Range(0, videos).Select(i => Video(i, random))];
        Names = [.. Videos.Select(video => video.Name)];
        var room = 2.0 * Copies * Videos.Sum(video => (double)video.Size) / replicas;
        Replicas = new PlacementReplicas(Enumerable.Range(0, replicas).Select(i => new PlacementReplica(
            string.Create(CultureInfo.InvariantCulture, $"replica-{i}"), (long)(room * (0.75 + (0.5 * random.NextDouble()))))));
    }

    public PlacementVideo[] Videos { get; }

    public VideoName[] Names { get; }

    /// <summary>Capacities differ by two thirds; together they hold twice what there is.</summary>
    public PlacementReplicas Replicas { get; }

    public static PlacementVideo Video(int number, Random random) => new(
        VideoName.Parse(string.Create(CultureInfo.InvariantCulture, $"shows/{number / 100}/{number}.mp4")),
        (long)(Smallest * Math.Pow(Spread, random.NextDouble())),
        Copies);

    /// <summary>The replicas without one of them.</summary>
    public PlacementReplicas Without(int replica) =>
        new(Replicas.All.SetItem(replica, Replicas.All[replica] with { IsIn = false }));
}

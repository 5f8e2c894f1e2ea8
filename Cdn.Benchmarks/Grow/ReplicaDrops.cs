using System.Diagnostics;
using System.Net.Http.Json;
using Cdn.Contracts;

namespace Cdn.Benchmarks.Grow;

/// <summary>
/// How fast a replica drops everything that it holds, from the first request to the last receipt: some of it by a request each,
/// the rest by requests of many. As many requests are under way as a controller has.
/// </summary>
/// <param name="SinglePerSecond">Videos that it drops in a second by a request each.</param>
/// <param name="TogetherPerSecond">Videos that it drops in a second by requests of many.</param>
internal sealed record ReplicaDrops(double SinglePerSecond, double TogetherPerSecond)
{
    /// <summary>Videos that are dropped by a request each: 2,000, seconds of it.</summary>
    private const int Singles = 2000;

    /// <summary>Requests at a time: 4, as <c>FILL_PER_REPLICA</c> is if nothing else is set.</summary>
    private const int AtOnce = 4;

    public static async Task<ReplicaDrops> MeasureAsync(HttpClient client, int objects, CancellationToken cancellationToken)
    {
        var content = new byte[ReplicaGrowth.Size];
        HeldVideo[] videos =
        [
            .. Enumerable.Range(0, objects)
                .Select(number => ReplicaGrowth.VideoOf(number, content))
                .Select(video => new HeldVideo(video.Name, video.Size, video.Sha256, Pinned: true)),
        ];
        var single = await RateAsync(videos[..Singles], video => [video], DropOneAsync);
        var together = await RateAsync(videos[Singles..].Chunk(Limits.MaxBatchVideos).ToList(), some => some, DropManyAsync);
        var left = await client.GetFromJsonAsync(Routes.Heartbeat, WireJson.Default.Heartbeat, cancellationToken);
        return left!.Videos == 0
            ? new ReplicaDrops(single, together)
            : throw new InvalidOperationException($"It still holds {left.Videos} videos.");

        async Task<double> RateAsync<T>(
            IReadOnlyCollection<T> pieces, Func<T, HeldVideo[]> videosOf, Func<T, CancellationToken, ValueTask> drop)
        {
            var clock = Stopwatch.StartNew();
            await Parallel.ForEachAsync(
                pieces, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, drop);
            return pieces.Sum(piece => videosOf(piece).Length) / clock.Elapsed.TotalSeconds;
        }

        async ValueTask DropOneAsync(HeldVideo video, CancellationToken cancellationToken)
        {
            using var response = await client.DeleteAsync(Routes.For(Routes.CacheVideo, video.Name), cancellationToken);
            response.EnsureSuccessStatusCode();
        }

        async ValueTask DropManyAsync(HeldVideo[] some, CancellationToken cancellationToken)
        {
            using var response = await client.PostAsJsonAsync(
                Routes.DropVideos, new DropManyRequest([.. some]), WireJson.Default.DropManyRequest, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }
}

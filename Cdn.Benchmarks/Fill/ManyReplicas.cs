using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Fill;

/// <summary>A CDN with four empty replicas: what leaves the origin when they are filled, and how soon one more video is on all of them.</summary>
internal static class ManyReplicas
{
    private const int Replicas = 4;

    /// <summary>Videos that are there from the start: 10 of 50 MB and 200 of 64 KiB.</summary>
    private static readonly (int Count, int Size)[] _library = [(10, 50_000_000), (200, 65_536)];

    /// <summary>Videos that are moved in, one after the other: 10 of 10 MB.</summary>
    private static readonly (int Count, int Size) _added = (10, 10_000_000);

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(10);

    /// <summary>A bound for a broken one.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    public static async Task<IReadOnlyList<TargetRow>> RunAsync(TemporaryFolder folder, ServerCertificate certificate, CancellationToken cancellationToken)
    {
        Report.Note($"{Replicas} replicas, a clean fill ...");
        var (videos, key, seed, unique) = (folder.Folder("many", "videos"), Guid.NewGuid().ToString("N"), 0, 0L);
        foreach (var (count, size) in _library)
        {
            for (var i = 0; i < count; i++)
            {
                Write(Path.Combine(videos, $"{seed}.mp4"), size, seed++);
                unique += size;
            }
        }

        var clock = Stopwatch.StartNew();
        await using var cdn = await CdnServer.StartAsync(
            folder.Folder("many", "cdn"), videos, certificate, cancellationToken, ("REPLICA_COUNT", $"{Replicas}"), ("Parameters__operator-key", key));
        using var client = LocalClient.Create();
        await LocalClient.UntilAnsweredAsync(client, new Uri(cdn.Edge, "api/status"), HttpStatusCode.Unauthorized, cdn.AppHost, cancellationToken);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        await UntilProvenAsync(client, cdn, seed, cancellationToken);
        var filled = clock.Elapsed.TotalSeconds;
        var sent = await SentByOriginAsync(client, cdn, cancellationToken);

        var seconds = new List<double>();
        for (var i = 0; i < _added.Count; i++)
        {
            var source = folder.Folder("many", "source");
            Write(Path.Combine(source, "film.mp4"), _added.Size, seed);
            File.SetLastWriteTimeUtc(Path.Combine(source, "film.mp4"), DateTime.UtcNow.AddHours(-1)); // It was finished long ago.
            var started = Stopwatch.GetTimestamp();
            File.Move(Path.Combine(source, "film.mp4"), Path.Combine(videos, $"{seed++}.mp4"));
            await UntilProvenAsync(client, cdn, seed, cancellationToken);
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return
        [
            TargetRow.AtMost($"clean fill of {Replicas} replicas, origin bytes : unique bytes", (double)sent / unique, "ratio", 1.05),
            TargetRow.Told($"clean fill of {Replicas} replicas, {unique / 1_000_000} MB each, start of the CDN included", filled, "s"),
            TargetRow.Told($"mv of a 10 MB video until it is proven on {Replicas} replicas, median", Statistics.Median(seconds), "s"),
        ];
    }

    private static async Task UntilProvenAsync(HttpClient client, CdnServer cdn, int videos, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < _patience; await Task.Delay(_poll, cancellationToken))
        {
            var status = await client.GetFromJsonAsync<JsonElement>(new Uri(cdn.Edge, "api/status"), cancellationToken);
            if (status.GetProperty("healthy").GetBoolean() && status.GetProperty("catalog").GetProperty("videos").GetInt32() == videos)
            {
                return;
            }
        }

        throw new InvalidOperationException($"The replicas are not filled with {videos} videos.\n{cdn.AppHost.Tail()}");
    }

    private static async Task<long> SentByOriginAsync(HttpClient client, CdnServer cdn, CancellationToken cancellationToken) =>
        (await client.GetFromJsonAsync<JsonElement>(new Uri(cdn.Edge, "api/pushes"), cancellationToken)).GetProperty("sources").EnumerateArray()
            .Single(source => source.GetProperty("source").GetString() == "origin").GetProperty("sentBytes").GetInt64();

    private static void Write(string path, int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
    }
}

using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Processes;
using Cdn.Benchmarks.Servers;
using Cdn.Contracts;
using Cdn.Transfer.Push;

namespace Cdn.Benchmarks.Grow;

/// <summary>
/// What a replica takes that holds so many objects: a real process on real files, filled over the wire and started again.
/// </summary>
/// <param name="Objects">How many objects.</param>
/// <param name="TakenPerSecond">How many it takes in a second while it is filled.</param>
/// <param name="Seconds">From its start until it is ready.</param>
/// <param name="Bytes">Memory that it has then.</param>
/// <param name="HeartbeatBytes">Bytes of a heartbeat.</param>
/// <param name="HeartbeatMilliseconds">CPU time a second of two heartbeats in it.</param>
/// <param name="Drops">How fast it drops them in the end; null if it holds nothing.</param>
internal sealed record ReplicaGrowth(
    int Objects,
    double TakenPerSecond,
    double Seconds,
    double Bytes,
    double HeartbeatBytes,
    double HeartbeatMilliseconds,
    ReplicaDrops? Drops)
{
    private const string Key = "a-key-of-this-benchmark";

    /// <summary>Bytes of each video: 1 KiB.</summary>
    public const int Size = 1024;

    /// <summary>Heartbeats a second, as the controller asks for them.</summary>
    private const double HeartbeatsPerSecond = 2;

    /// <summary>A bound for a broken one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<ReplicaGrowth> MeasureAsync(TemporaryFolder folder, int objects, CancellationToken cancellationToken)
    {
        var (store, port) = (folder.Folder($"store-{objects}"), Ports.Take());
        using var client = LocalClient.Create();
        client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        client.Timeout = Patience;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var clock = new Stopwatch();
        await using (var filled = Start(folder, store, port))
        {
            await UntilReadyAsync(client, filled, cancellationToken);
            clock.Start();
            for (var first = 0; first < objects; first += Limits.MaxBatchVideos)
            {
                await FillAsync(client, first, Math.Min(Limits.MaxBatchVideos, objects - first), cancellationToken);
            }

            clock.Stop();
        }

        var taken = objects / clock.Elapsed.TotalSeconds;
        await Tool.RunAsync("sync", [], cancellationToken);
        clock.Restart();
        await using var replica = Start(folder, store, port);
        await UntilReadyAsync(client, replica, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        var bytes = ProcessTree.ResidentMemory(replica.Id);
        var (length, milliseconds) = await BeatAsync(client, replica, objects, cancellationToken);
        var drops = objects > 0 ? await ReplicaDrops.MeasureAsync(client, objects, cancellationToken) : null;
        return new ReplicaGrowth(objects, taken, seconds, bytes, length, milliseconds, drops);
    }

    /// <summary>One of the videos that the replica is filled with; its content is written into a buffer.</summary>
    public static CatalogVideo VideoOf(int number, byte[] content)
    {
        BitConverter.TryWriteBytes(content, number);
        return new CatalogVideo(
            VideoName.Parse($"titles/{number / 10_000:D4}/1080p/segment-{number % 10_000:D5}.ts"), Size,
            new Sha256Digest(SHA256.HashData(content)),
            "video/mp2t", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    }

    private static ServerProcess Start(TemporaryFolder folder, string store, int port) => ServerProcess.Start(
        "dotnet", folder.Path, [Repository.Program("Cdn.Replica")],
        [("CACHE_DIR", store), ("CDN_KEY", Key), ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"), ("FREE_FLOOR", "0")]);

    private static async Task UntilReadyAsync(HttpClient client, ServerProcess process, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience && !process.HasExited; await Task.Delay(10, cancellationToken))
        {
            try
            {
                using var answer = await client.GetAsync(Routes.Ready, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It is not up yet.
            }
        }

        throw new InvalidOperationException($"The replica is not ready.\n{process.Tail()}");
    }

    private static async Task FillAsync(HttpClient client, int first, int count, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(count * (Size + 256));
        var content = new byte[Size];
        for (var i = first; i < first + count; i++)
        {
            var video = VideoOf(i, content);
            body.Write(JsonSerializer.SerializeToUtf8Bytes(video, WireJson.Default.CatalogVideo));
            body.Write("\n"u8);
            body.Write(content);
        }

        using var request = new ReadOnlyMemoryContent(body.WrittenMemory);
        request.Headers.ContentType = new MediaTypeHeaderValue(BatchFormat.MediaType);
        using var response = await client.PostAsync(Routes.CacheVideos, request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await JsonSerializer.DeserializeAsync(
            await response.Content.ReadAsStreamAsync(cancellationToken), WireJson.Default.ReceiveManyAnswer, cancellationToken);
        if (answer!.Receipts.Count(receipt => receipt.IsDone) != count)
        {
            throw new InvalidOperationException(
                $"The replica did not take them all: {answer.Receipts.First(receipt => !receipt.IsDone).Reason}");
        }
    }

    private static async Task<(double Bytes, double Milliseconds)> BeatAsync(
        HttpClient client, ServerProcess replica, int objects, CancellationToken cancellationToken)
    {
        const int Beats = 2000; // Many, fast: a tick of the kernel's clock is longer than what one takes.
        var length = 0;
        await BeatOnceAsync();
        var cpu = ProcessTree.CpuSeconds([replica.Id]);
        for (var i = 0; i < Beats; i++)
        {
            await BeatOnceAsync();
        }

        return (length, 1000 * HeartbeatsPerSecond * (ProcessTree.CpuSeconds([replica.Id]) - cpu) / Beats);

        async Task BeatOnceAsync()
        {
            var body = await client.GetByteArrayAsync(Routes.Heartbeat, cancellationToken);
            length = body.Length;
            if (JsonSerializer.Deserialize(body, WireJson.Default.Heartbeat)?.Videos != objects)
            {
                throw new InvalidOperationException("The heartbeat says another number.");
            }
        }
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Purge;

/// <summary><c>purge</c>: from an operator's request to the last receipt, through nginx, with four replicas.</summary>
internal static class PurgeCommand
{
    private const int Replicas = 4;

    /// <summary>Bytes of each video: 64 KiB. A purge unlinks; how much it unlinks hardly matters.</summary>
    private const int VideoSize = 64 * 1024;

    /// <summary>Videos below one prefix, of 1 KiB each: as many as a title has.</summary>
    private const int UnderPrefix = 10_000;

    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var purges = options.Count("purges", 1000);
        var json = options.Text("json");
        options.RejectOthers();
        Surroundings.Describe();

        using var folder = new TemporaryFolder();
        var videos = folder.Folder("videos");
        for (var i = 0; i < purges; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(videos, $"{i}.ts"), RandomNumbers(i), cancellationToken);
        }

        Directory.CreateDirectory(Path.Combine(videos, "title"));
        for (var i = 0; i < UnderPrefix; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(videos, "title", $"{i}.ts"), RandomNumbers(-1 - i)[..1024], cancellationToken);
        }

        var key = Guid.NewGuid().ToString("N");
        await using var cdn = await CdnServer.StartAsync(
            folder.Folder("cdn"), videos, ServerCertificate.Create(folder.Folder("certificate")), cancellationToken,
            [("REPLICA_COUNT", $"{Replicas}"), ("Parameters__operator-key", key), .. CdnServer.WideLimits]);
        await cdn.UntilProvenAsync(purges + UnderPrefix, showProgress: true, cancellationToken);
        using var client = LocalClient.Create();
        await LocalClient.UntilAnsweredAsync(client, new Uri(cdn.Edge, "api/status"), HttpStatusCode.Unauthorized, cdn.AppHost, cancellationToken);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        var prefix = await PurgeAsync(client, cdn.Edge, new { prefix = "title/", block = true }, expected: UnderPrefix, cancellationToken);

        // Blocked, so that what is measured is purging and not the filling that would follow.
        Report.Note($"{purges:N0} purges of one video each, one after the other, {Replicas} replicas ...");
        var milliseconds = new List<double>(purges);
        for (var i = 0; i < purges; i++)
        {
            milliseconds.Add(await PurgeAsync(client, cdn.Edge, new { name = $"{i}.ts", block = true }, expected: 1, cancellationToken));
        }

        var nothing = await PurgeAsync(client, cdn.Edge, new { all = true }, expected: 0, cancellationToken);
        TargetRow[] rows =
        [
            TargetRow.Told("purge of one video, request to last receipt, p50", Statistics.Percentile(milliseconds, 50), "ms"),
            TargetRow.Told("purge of one video, request to last receipt, p99", Statistics.Percentile(milliseconds, 99), "ms"),
            TargetRow.AtMost($"purge of a prefix of {UnderPrefix:N0} videos, request to last receipt", prefix / 1000, "s", 2),
            TargetRow.Told("purge of everything, when nothing is held any more", nothing, "ms"),
        ];
        TargetRow.Show($"Purges, {Replicas} replicas", rows);
        await JsonFile.WriteAsync(json, rows, cancellationToken);
        return 0;
    }

    private static async Task<double> PurgeAsync(HttpClient client, Uri edge, object what, int expected, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await client.PostAsJsonAsync(new Uri(edge, "api/purge"), what, cancellationToken);
        response.EnsureSuccessStatusCode();
        var report = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var receipts = report.GetProperty("receipts").EnumerateArray().ToList();
        return receipts.Count == Replicas && receipts.All(receipt => receipt.GetProperty("videos").GetInt32() == expected)
            ? took
            : throw new InvalidOperationException($"The receipts are not what they ought to be: {report}");
    }

    private static byte[] RandomNumbers(int seed)
    {
        var bytes = new byte[VideoSize];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

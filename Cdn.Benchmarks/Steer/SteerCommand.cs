using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Steer;

/// <summary><c>steer</c>: what a redirect costs, beside others behind the same nginx; and how evenly the policies spread demand.</summary>
internal static class SteerCommand
{
    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var rounds = options.Count("rounds", 5);
        var json = options.Text("json");
        options.RejectOthers();
        Surroundings.Describe();

        List<TargetRow> rows = [.. PolicySimulation.Run()];
        TargetRow.Show("Most loaded replica : mean", rows);

        using var folder = new TemporaryFolder();
        var videos = folder.Folder("videos");
        await File.WriteAllBytesAsync(Path.Combine(videos, "film.mp4"), new byte[1000], cancellationToken);
        await using var cdn = await CdnServer.StartAsync(
            folder.Folder("cdn"),
            videos,
            ServerCertificate.Create(folder.Folder("certificate")),
            cancellationToken,
            CdnServer.WideLimits);
        await cdn.UntilProvenAsync(1, showProgress: false, cancellationToken);
        await using var paths = await RedirectPaths.StartAsync(cdn, folder, cancellationToken);
        rows.AddRange(await MeasureAsync(paths, rounds, cancellationToken));
        TargetRow.Show("Redirects through nginx: TLS, HTTP/2, a Unix socket to whoever answers", rows.Skip(PolicySimulation.Rows));
        await JsonFile.WriteAsync(json, rows, cancellationToken);
        return 0;
    }

    private static async Task<IEnumerable<TargetRow>> MeasureAsync(RedirectPaths paths, int rounds, CancellationToken cancellationToken)
    {
        var results = paths.All.ToDictionary(path => path.Name, _ => new List<RedirectMeasurement>());
        for (var round = -1; round < rounds; round++) // The first does not count: servers compile and fill their caches.
        {
            Report.Note(round < 0 ? "Warming up ..." : $"Round {round + 1} of {rounds} ...");
            for (var turn = 0; turn < paths.All.Count; turn++)
            {
                var path = paths.All[(Math.Max(round, 0) + turn) % paths.All.Count];
                var measured = await path.MeasureAsync(cancellationToken);
                if (round >= 0)
                {
                    results[path.Name].Add(measured);
                }
            }
        }

        return Rows(results);
    }

    private static IEnumerable<TargetRow> Rows(Dictionary<string, List<RedirectMeasurement>> results)
    {
        var own = results[RedirectPaths.Cdn];
        foreach (var (name, measured) in results)
        {
            yield return TargetRow.Told($"{name}: redirects", Statistics.Median(measured.Select(one => one.PerSecond)), "1/s");
            yield return TargetRow.Told($"{name}: CPU, nginx and whoever answers", Statistics.Median(measured.Select(one => one.CpuMicroseconds)), "µs");
        }

        yield return TargetRow.AtMost(
            $"CPU, {RedirectPaths.Cdn} : {RedirectPaths.Nginx}", Ratio(own, results[RedirectPaths.Nginx]), "ratio", 1.3);
        if (results.TryGetValue(RedirectPaths.Aiohttp, out var aiohttp))
        {
            yield return TargetRow.AtLeast($"CPU, {RedirectPaths.Aiohttp} : {RedirectPaths.Cdn}", Ratio(aiohttp, own), "ratio", 4);
        }
        else
        {
            yield return TargetRow.AtLeast($"CPU, {RedirectPaths.Aiohttp} (not installed) : {RedirectPaths.Cdn}", null, "ratio", 4);
        }
    }

    private static double? Ratio(List<RedirectMeasurement> one, List<RedirectMeasurement> other) =>
        Statistics.Median(one.Zip(other, (a, b) => a.CpuMicroseconds / b.CpuMicroseconds));
}

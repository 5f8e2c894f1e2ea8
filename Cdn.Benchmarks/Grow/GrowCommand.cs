using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Grow;

/// <summary>
/// <c>grow</c>: what a change, a start and memory cost with ten thousand videos, and with a hundred times as many.
/// </summary>
internal static class GrowCommand
{
    private const double Mega = 1_000_000;
    private const int Million = 1_000_000;
    private const int HundredThousand = 100_000;

    private static readonly int[] _sizes = [10_000, HundredThousand, Million];

    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var most = options.Count("most", Million);
        var json = options.Text("json");
        var charts = options.Text("charts");
        options.RejectOthers();
        Surroundings.Describe();
        using var folder = new TemporaryFolder();
        var (controllers, replicas, rows) = (new List<ControllerGrowth>(), new List<ReplicaGrowth>(), new List<TargetRow>());
        ControllerGrowth.Measure(1000); // Compiled and warm.
        var empty = (await ReplicaGrowth.MeasureAsync(folder, 0, cancellationToken)).Bytes;
        rows.Add(TargetRow.Told("replica, nothing held: memory of its process", empty / Mega, "MB"));
        foreach (var size in _sizes.Where(size => size <= most))
        {
            Report.Note($"{size:N0} videos: a controller with {ControllerGrowth.Replicas} replicas ...");
            controllers.Add(ControllerGrowth.Measure(size));
            rows.AddRange(RowsOf(controllers[^1]));
            Report.Note($"{size:N0} objects: a replica ...");
            var replica = await ReplicaGrowth.MeasureAsync(folder, size, cancellationToken);
            replicas.Add(replica with { Bytes = replica.Bytes - empty });
            rows.AddRange(RowsOf(replicas[^1]));
        }

        TargetRow.Show("Growth", rows);
        await JsonFile.WriteAsync(json, rows, cancellationToken);
        if (charts is not null)
        {
            Directory.CreateDirectory(charts);
            await File.WriteAllTextAsync(Path.Combine(charts, "growth-change.svg"), ChangeChart(controllers, replicas), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(charts, "growth-memory.svg"), MemoryChart(controllers, replicas), cancellationToken);
        }

        return rows.Exists(row => row.Met == false) ? 1 : 0;
    }

    private static IEnumerable<TargetRow> RowsOf(ControllerGrowth growth)
    {
        var name = $"controller, {growth.Videos:N0} videos x {ControllerGrowth.Replicas} replicas";
        var isMost = growth.Videos == Million;
        yield return Row($"{name}: from nothing to steering", growth.Seconds, "s", isMost ? 20 : null);
        yield return Row($"{name}: memory", growth.Bytes / Mega, "MB", isMost ? 1500 : null);
        yield return Row($"{name}: CPU of one more video", growth.ChangeMilliseconds, "ms", isMost ? 50 : null);
        yield return Row($"{name}: bytes that tell of one more video", ControllerGrowth.ChangeBytes, "B", isMost ? 20_000 : null);
        yield return Row($"{name}: CPU of a fill of two replicas", growth.FillSeconds, "s", growth.Videos == HundredThousand ? 10 : null);
    }

    private static IEnumerable<TargetRow> RowsOf(ReplicaGrowth growth)
    {
        var name = $"replica, {growth.Objects:N0} objects";
        yield return Row($"{name}: taken in", growth.TakenPerSecond, "objects/s", null);
        yield return Row($"{name}: start to ready", growth.Seconds, "s", growth.Objects switch { Million => 10, HundredThousand => 1.5, _ => null });
        yield return Row($"{name}: memory that they take", growth.Bytes / Mega, "MB", growth.Objects switch { Million => 400, HundredThousand => 60, _ => null });
        yield return Row($"{name}: bytes of a heartbeat", growth.HeartbeatBytes, "B", growth.Objects == Million ? 1024 : null);
        yield return Row($"{name}: CPU of heartbeats in a second", growth.HeartbeatMilliseconds, "ms", growth.Objects == Million ? 1 : null);
        yield return TargetRow.Told($"{name}: dropped by a request each", growth.Drops?.SinglePerSecond, "objects/s");
        yield return TargetRow.Told($"{name}: dropped together", growth.Drops?.TogetherPerSecond, "objects/s");
    }

    private static TargetRow Row(string name, double value, string unit, double? most) =>
        most is { } target ? TargetRow.AtMost(name, value, unit, target) : TargetRow.Told(name, value, unit);

    private static string ChangeChart(List<ControllerGrowth> controllers, List<ReplicaGrowth> replicas) => LogLogChart.Draw(
        "What a change costs", "videos", "CPU, ms",
        [
            new("controller: one more video", [.. controllers.Select(growth => ((double)growth.Videos, growth.ChangeMilliseconds))]),
            new("replica: heartbeats of 1 s", [.. replicas.Select(growth => ((double)growth.Objects, growth.HeartbeatMilliseconds))]),
        ]);

    private static string MemoryChart(List<ControllerGrowth> controllers, List<ReplicaGrowth> replicas) => LogLogChart.Draw(
        "What memory it takes", "videos", "MB",
        [
            new($"controller, {ControllerGrowth.Replicas} replicas", [.. controllers.Select(growth => ((double)growth.Videos, growth.Bytes / Mega))]),
            new("replica, beside an empty one", [.. replicas.Select(growth => ((double)growth.Objects, growth.Bytes / Mega))]),
        ]);
}

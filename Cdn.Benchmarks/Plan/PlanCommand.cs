using System.Globalization;
using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Output;

namespace Cdn.Benchmarks.Plan;

/// <summary><c>plan</c>: what placement costs, and how that grows; the controller's own classes, on one core.</summary>
internal static class PlanCommand
{
    private const int Replicas = 1000;

    /// <summary>Most that a replica that leaves may cost, in shares of a full plan.</summary>
    private const double LeavingTarget = 1.2;

    private const double ArrivingTarget = 1;
    private const double LookupTarget = 5;
    private const double BytesTarget = 120;

    private static readonly int[] _sizes = [10_000, 100_000, 1_000_000];

    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var json = options.Text("json");
        options.RejectOthers();
        Surroundings.Describe();
        Report.Note($"{Replicas:N0} replicas, {PlanSubject.Copies} copies; nothing is stored or sent.");
        PlanMeasurement.Of(new PlanSubject(_sizes[0], Replicas)); // For the compiler.

        var rows = new List<TargetRow>();
        foreach (var videos in _sizes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.AddRange(Rows(videos, PlanMeasurement.Of(new PlanSubject(videos, Replicas))));
        }

        TargetRow.Show("Placement", rows);
        await JsonFile.WriteAsync(json, rows, cancellationToken);
        return rows.Exists(row => row.Met == false) ? 1 : 0;
    }

    private static IEnumerable<TargetRow> Rows(int videos, PlanMeasurement measured)
    {
        const double Milli = 1000;
        const double Mega = 1_000_000;
        var of = string.Create(CultureInfo.InvariantCulture, $"{videos:N0} videos: ");
        yield return TargetRow.Told(of + "full plan", measured.Full * Milli, "ms");
        yield return TargetRow.Told(of + "one replica leaving", measured.Leaving * Milli, "ms");
        yield return TargetRow.AtMost(
            of + "one replica leaving, of its share of a full plan", measured.Leaving / (measured.Full / Replicas), "x", LeavingTarget);
        yield return TargetRow.Told(of + "one replica coming", measured.Coming * Milli, "ms");
        yield return TargetRow.AtMost(of + "one video arriving", measured.Arriving * Milli, "ms", ArrivingTarget);
        yield return TargetRow.AtLeast(of + "lookups per core", measured.LookupsPerSecond / Mega, "M/s", LookupTarget);
        yield return TargetRow.AtMost(of + "allocated by ten million lookups", measured.LookupBytes, "B", 0);
        yield return TargetRow.AtMost(of + "memory per video beyond its name", measured.BytesPerVideo, "B", BytesTarget);
    }
}

using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Output;

namespace Cdn.Benchmarks.Fill;

/// <summary>What comes out: medians over the rounds.</summary>
/// <param name="Throughput">GB/s (10^9) of the source; twice that is written.</param>
/// <param name="Cpu">CPU seconds per GB of the source.</param>
/// <param name="Ratio">Of seconds, to sha256sum + cp + cp + sync in the same round, then the median.</param>
internal sealed record FillRow(string Case, string Subject, double? Seconds, double? Throughput, double? Cpu, double? Ratio)
{
    public static FillRow From(
        FillCase @case, string subject, IReadOnlyList<FillMeasurement> rounds, IReadOnlyList<FillMeasurement> yardstick) => new(
        @case.Name,
        subject,
        Statistics.Median(rounds.Select(round => round.Seconds)),
        Statistics.Median(rounds.Select(round => @case.GigaBytes / round.Seconds)),
        Statistics.Median(rounds.Select(round => round.CpuSeconds / @case.GigaBytes)),
        yardstick.Count == 0 ? null : Statistics.Median(rounds.Zip(yardstick, (own, other) => own.Seconds / other.Seconds)))
    {
        MostRatio = subject == CdnFiller.Subject ? @case.MostRatio : null,
        Largest = rounds.MaxBy(round => round.ControlCpuSeconds),
        Removed = Statistics.Median(
            rounds.Select(round => round.RemovalSeconds).OfType<double>().Select(seconds => @case.Files.Count / seconds)),
    };

    /// <summary>How long it may take, by the yardstick; only the CDN has a target.</summary>
    private double? MostRatio { get; init; }

    private FillMeasurement? Largest { get; init; }

    /// <summary>Files that go from each replica in a second, when all are removed from <c>VIDEO_DIR</c>.</summary>
    private double? Removed { get; init; }

    /// <summary>The same for other programs, beside what it ought to be.</summary>
    public IEnumerable<TargetRow> ToFigures()
    {
        List<TargetRow> figures =
        [
            TargetRow.Told($"{Case}, {Subject}", Seconds, "s"),
            TargetRow.Told($"{Case}, {Subject}: CPU", Cpu, "s/GB"),
            MostRatio is { } most
                ? TargetRow.AtMost($"{Case}, {Subject} : {ShellFiller.Yardstick}", Ratio, "ratio", most)
                : TargetRow.Told($"{Case}, {Subject} : {ShellFiller.Yardstick}", Ratio, "ratio"),
        ];
        if (Case == FillCase.Films.Name && Subject == CdnFiller.Subject && Largest is { } largest)
        {
            figures.Add(TargetRow.AtMost($"{Case}: CPU of controller and origin", largest.ControlCpuSeconds, "s", 20));
            figures.Add(TargetRow.AtMost($"{Case}: memory of the controller, at most", largest.ControllerMemory / 1e6, "MB", 250));
            figures.Add(TargetRow.AtMost($"{Case}: memory of the origin, at most", largest.OriginMemory / 1e6, "MB", 250));
            figures.Add(TargetRow.Told($"{Case}: removed from VIDEO_DIR, and from each of two replicas", Removed, "files/s"));
        }

        return figures;
    }
}

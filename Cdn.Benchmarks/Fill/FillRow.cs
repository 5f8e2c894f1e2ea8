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
        Statistics.Median(rounds.Zip(yardstick, (own, other) => own.Seconds / other.Seconds)));

    /// <summary>The same for other programs.</summary>
    public IEnumerable<TargetRow> ToFigures() =>
    [
        TargetRow.Told($"{Case}, {Subject}", Seconds, "s"),
        TargetRow.Told($"{Case}, {Subject}: CPU", Cpu, "s/GB"),
        TargetRow.Told($"{Case}, {Subject} : {ShellFiller.Yardstick}", Ratio, "ratio"),
    ];
}

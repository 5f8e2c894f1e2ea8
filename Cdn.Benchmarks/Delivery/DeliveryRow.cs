using System.Text.Json.Serialization;
using Cdn.Benchmarks.Measuring;

namespace Cdn.Benchmarks.Delivery;

/// <summary>What comes out: medians over the rounds.</summary>
/// <param name="Throughput">MB/s (10^6) of bodies.</param>
/// <param name="Cpu">Of the whole server side: s/GB for files of 100 MB and more, else µs per request.</param>
/// <param name="CpuRatio">To tuned nginx in the same round, then the median; null without it.</param>
/// <param name="Error">Why there are no figures.</param>
internal sealed record DeliveryRow(
    string Case, string Subject, double? Throughput, double? RequestsPerSecond, double? Cpu, double? CpuRatio, string? Error)
{
    /// <summary>The case itself, for its unit.</summary>
    [JsonIgnore]
    public DeliveryCase? Of { get; init; }

    /// <param name="rounds">Of this subject.</param>
    /// <param name="yardstick">Of tuned nginx, in the same order.</param>
    public static DeliveryRow From(
        DeliveryCase @case, string subject, IReadOnlyList<Measurement> rounds, IReadOnlyList<Measurement>? yardstick)
    {
        if (rounds.Select(round => round.Load.Error).FirstOrDefault(error => error is not null) is { } error)
        {
            return new DeliveryRow(@case.Name, subject, null, null, null, null, error) { Of = @case };
        }

        return new DeliveryRow(
            @case.Name,
            subject,
            Statistics.Median(rounds.Select(round => round.Load.Bytes / 1e6 / round.Load.Seconds)),
            Statistics.Median(rounds.Select(round => round.Load.Requests / round.Load.Seconds)),
            Statistics.Median(rounds.Select(round => @case.CpuFigure(round.CpuSeconds, round.Load.Requests))),
            Ratio(),
            null) { Of = @case };

        double? Ratio() => yardstick is null || yardstick.Any(round => round.Load.Error is not null || round.CpuSeconds == 0)
            ? null
            : Statistics.Median(rounds.Zip(yardstick, (own, other) => own.CpuSeconds / other.CpuSeconds));
    }
}

/// <summary>One round of one subject.</summary>
internal sealed record Measurement(LoadResult Load, double CpuSeconds);

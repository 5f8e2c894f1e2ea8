namespace Cdn.Benchmarks.Fill;

/// <summary>One round of one way to fill.</summary>
/// <param name="Seconds">From the moment that the source is complete until both copies are.</param>
/// <param name="CpuSeconds">User and system time of all processes that took part.</param>
internal sealed record FillMeasurement(double Seconds, double CpuSeconds);

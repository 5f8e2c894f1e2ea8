namespace Cdn.Benchmarks.Fill;

/// <summary>One round of one way to fill.</summary>
/// <param name="Seconds">From the moment that the source is complete until both copies are.</param>
/// <param name="CpuSeconds">User and system time of all processes that took part.</param>
internal sealed record FillMeasurement(double Seconds, double CpuSeconds)
{
    /// <summary>User and system time of origin and controller together; null where there are none.</summary>
    public double? ControlCpuSeconds { get; init; }

    /// <summary>Most memory that the origin had since it began, in bytes.</summary>
    public double? OriginMemory { get; init; }

    /// <summary>The same of the controller.</summary>
    public double? ControllerMemory { get; init; }

    /// <summary>From the removal of the source until nothing of it is in any store; null where nobody notices it.</summary>
    public double? RemovalSeconds { get; init; }
}

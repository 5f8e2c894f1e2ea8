using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>What a replica was asked for lately, in periods of the clock that are the same for all replicas: the number of a period is the
/// Unix time in seconds, divided by their length.</summary>
/// <param name="PeriodSeconds">Length of a period.</param>
/// <param name="Periods">The last ones that are over, the earliest first; those in which nothing was asked for are left out.</param>
public sealed record DemandReport(int PeriodSeconds, ImmutableArray<DemandPeriod> Periods);

/// <summary>What was asked for in one period.</summary>
/// <param name="Number">Which one.</param>
/// <param name="Requests">Requests for all videos.</param>
/// <param name="Videos">Those that were asked for most, and how often.</param>
public sealed record DemandPeriod(long Number, long Requests, ImmutableArray<VideoDemand> Videos);

/// <summary>How often one video was asked for.</summary>
public sealed record VideoDemand(VideoName Name, long Requests);

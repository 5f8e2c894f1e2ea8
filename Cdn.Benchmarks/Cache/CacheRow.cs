namespace Cdn.Benchmarks.Cache;

/// <summary>What comes out: how much of the demand a policy does not serve.</summary>
/// <param name="Case">The trace, and the size of the cache.</param>
/// <param name="Subject">The policy.</param>
/// <param name="MissRatio">Misses per request.</param>
/// <param name="ByteMissRatio">Missed bytes per asked byte: what the origin has to send.</param>
/// <param name="Nanoseconds">Time of the bookkeeping, per request.</param>
internal sealed record CacheRow(string Case, string Subject, double MissRatio, double ByteMissRatio, double Nanoseconds);

namespace Cdn.Benchmarks.Delivery;

/// <summary>What one or more runs of the load generator came to.</summary>
/// <param name="Seconds">From the first request to the last byte, connecting included.</param>
/// <param name="Bytes">Of bodies.</param>
/// <param name="Error">Why it does not count.</param>
internal sealed record LoadResult(double Seconds, long Requests, long Bytes, string? Error)
{
    public static LoadResult Nothing { get; } = new(0, 0, 0, null);

    public LoadResult Plus(LoadResult other) =>
        new(Seconds + other.Seconds, Requests + other.Requests, Bytes + other.Bytes, Error ?? other.Error);
}

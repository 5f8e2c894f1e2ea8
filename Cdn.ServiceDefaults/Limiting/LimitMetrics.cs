using System.Diagnostics.Metrics;

namespace Cdn.ServiceDefaults.Limiting;

/// <summary>Who was refused because of a limit.</summary>
public sealed class LimitMetrics
{
    private readonly Counter<long> _limited;

    /// <summary>The metrics of a service.</summary>
    /// <param name="meters">Makes meters.</param>
    /// <param name="meter">The service's: <c>Cdn.Replica</c>.</param>
    public LimitMetrics(IMeterFactory meters, string meter)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _limited = meters.Create(meter).CreateCounter<long>(
            "cdn.limited", "{request}", "Requests that were refused because of a limit.");
    }

    /// <summary>A request was refused.</summary>
    /// <param name="limit">Which limit it met.</param>
    public void Refused(string limit) => _limited.Add(1, new KeyValuePair<string, object?>("cdn.limit", limit));
}

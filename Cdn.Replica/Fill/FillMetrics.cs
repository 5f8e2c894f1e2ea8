using System.Diagnostics.Metrics;

namespace Cdn.Replica.Fill;

/// <summary>What this replica received.</summary>
internal sealed class FillMetrics
{
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _seconds;

    public FillMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Cdn.Replica");
        _bytes = meter.CreateCounter<long>("cdn.fill.received", "By", "Bytes of pushes that were verified.");
        _failures = meter.CreateCounter<long>("cdn.fill.refused", "{push}", "Pushes that were not taken, by status.");
        _seconds = meter.CreateHistogram<double>("cdn.fill.receive.duration", "s", "Time to receive and verify a push.");
    }

    public void Received(long bytes) => _bytes.Add(bytes);

    public void Held(long received, TimeSpan duration)
    {
        _bytes.Add(received);
        _seconds.Record(duration.TotalSeconds);
    }

    public void Refused(int status) => _failures.Add(1, new KeyValuePair<string, object?>("http.response.status_code", status));
}

using System.Diagnostics.Metrics;

namespace Cdn.Replica.Pull;

/// <summary>What this replica had to fetch because somebody asked for it.</summary>
internal sealed class PullMetrics
{
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _seconds;

    public PullMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Cdn.Replica");
        _bytes = meter.CreateCounter<long>("cdn.pull.received", "By", "Bytes of videos pulled from the origin.");
        _failures = meter.CreateCounter<long>("cdn.pull.failures", "{pull}", "Pulls that did not end with a verified video.");
        _seconds = meter.CreateHistogram<double>("cdn.pull.duration", "s", "Time to pull and verify a video.");
    }

    public void Pulled(long bytes, TimeSpan duration)
    {
        _bytes.Add(bytes);
        _seconds.Record(duration.TotalSeconds);
    }

    public void Failed() => _failures.Add(1);
}

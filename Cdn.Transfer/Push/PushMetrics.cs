using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Cdn.Transfer.Push;

/// <summary>What the pushes of a service come to, in the meter that has the service's name.</summary>
internal sealed class PushMetrics
{
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _seconds;

    public PushMetrics(IMeterFactory meters, IHostEnvironment environment)
    {
        var meter = meters.Create(environment.ApplicationName);
        _bytes = meter.CreateCounter<long>("cdn.fill.sent", "By", "Bytes of videos sent to replicas.");
        _failures = meter.CreateCounter<long>("cdn.fill.failures", "{push}", "Pushes that a replica did not verify.");
        _seconds = meter.CreateHistogram<double>("cdn.fill.duration", "s", "Time of a push that was verified.");
    }

    public void Sent(string replica, long bytes) => _bytes.Add(bytes, Tag(replica));

    public void Verified(string replica, TimeSpan duration) => _seconds.Record(duration.TotalSeconds, Tag(replica));

    public void Failed(string replica, int status) =>
        _failures.Add(1, new TagList { Tag(replica), new("http.response.status_code", status) });

    private static KeyValuePair<string, object?> Tag(string replica) => new("cdn.replica", replica);
}

using System.Diagnostics.Metrics;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>How filling goes, as the controller sees it.</summary>
internal sealed class FillMetrics
{
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _seconds;

    public FillMetrics(IMeterFactory meters, ClusterState cluster)
    {
        var meter = meters.Create("Cdn.Controller");
        _bytes = meter.CreateCounter<long>("cdn.fill.bytes", "By", "Bytes that pushes sent to replicas, by source.");
        _failures = meter.CreateCounter<long>("cdn.fill.failures", "{push}", "Pushes that failed.");
        _seconds = meter.CreateHistogram<double>("cdn.fill.duration", "s", "Time from asking for a push to its verification.");
        meter.CreateObservableGauge("cdn.videos", () => cluster.Current.Counts.Catalog.Videos, "{video}", "Videos in the catalog.");
        meter.CreateObservableGauge(
            "cdn.placement.unplaced", () => cluster.Current.Plan?.Unplaced.Videos ?? 0, "{video}", "Videos that have fewer copies than are wanted.");
        meter.CreateObservableGauge("cdn.videos.proven", () => Proven(cluster), "{video}", "Videos that a replica is proven to hold.");
    }

    public void Filled(string source, string replica, long bytes, TimeSpan duration)
    {
        KeyValuePair<string, object?> from = new("cdn.source", source);
        _bytes.Add(bytes, Tag(replica), from);
        _seconds.Record(duration.TotalSeconds, Tag(replica), from);
    }

    public void Failed(string replica) => _failures.Add(1, Tag(replica));

    private static IEnumerable<Measurement<int>> Proven(ClusterState cluster)
    {
        var snapshot = cluster.Current;
        return snapshot.Replicas.Select((replica, i) => new Measurement<int>(snapshot.Proven(i).Videos, Tag(replica.Name)));
    }

    private static KeyValuePair<string, object?> Tag(string replica) => new("cdn.replica", replica);
}

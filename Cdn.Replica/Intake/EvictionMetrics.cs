using System.Diagnostics.Metrics;

namespace Cdn.Replica.Intake;

/// <summary>What had to go.</summary>
internal sealed class EvictionMetrics
{
    private readonly Counter<long> _objects;
    private readonly Counter<long> _bytes;

    public EvictionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Cdn.Replica");
        _objects = meter.CreateCounter<long>("cdn.evicted", "{object}", "Objects evicted.");
        _bytes = meter.CreateCounter<long>("cdn.evicted.size", "By", "Bytes of objects evicted.");
    }

    public void Evicted(long bytes)
    {
        _objects.Add(1);
        _bytes.Add(bytes);
    }
}

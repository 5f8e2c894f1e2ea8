using System.Diagnostics.Metrics;

namespace Cdn.Replica.Delivery;

/// <summary>What this replica delivered.</summary>
internal sealed class DeliveryMetrics
{
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _bytes;

    public DeliveryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Cdn.Replica");
        _hits = meter.CreateCounter<long>("cdn.hits", "{request}", "Requests for a video that is held.");
        _misses = meter.CreateCounter<long>("cdn.misses", "{request}", "Requests for a video that is not held.");
        _bytes = meter.CreateCounter<long>("cdn.served", "By", "Bytes of videos read for clients.");
    }

    public void Hit() => _hits.Add(1);

    public void Miss() => _misses.Add(1);

    public void Served(long bytes) => _bytes.Add(bytes);
}

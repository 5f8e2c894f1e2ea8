using System.Diagnostics.Metrics;

namespace Cdn.Replica.Scrub;

/// <summary>What was verified at rest, and what did not hold.</summary>
internal sealed class ScrubMetrics
{
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _damaged;

    public ScrubMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Cdn.Replica");
        _bytes = meter.CreateCounter<long>("cdn.scrubbed", "By", "Bytes read and hashed again.");
        _damaged = meter.CreateCounter<long>("cdn.damaged", "{object}", "Objects that were set aside as damaged.");
    }

    public void Scrubbed(long bytes) => _bytes.Add(bytes);

    public void Damaged() => _damaged.Add(1);
}

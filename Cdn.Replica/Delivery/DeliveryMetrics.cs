using System.Diagnostics.Metrics;
using Cdn.ServiceDefaults.Concurrency;

namespace Cdn.Replica.Delivery;

/// <summary>What this replica delivered, and what nginx delivered from its store.</summary>
internal sealed class DeliveryMetrics
{
    /// <summary>How long a request counts as load: 5 s, of which what nginx served is known for all but the last.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private static readonly KeyValuePair<string, object?> ByNginx = new("cdn.by", "nginx");
    private static readonly KeyValuePair<string, object?> ByReplica = new("cdn.by", "replica");

    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _bytes;
    private readonly TimeProvider _time;
    private readonly RecentCount _requests;
    private int _bodies;

    public DeliveryMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _requests = new RecentCount(Window, time);
        var meter = meters.Create("Cdn.Replica");
        _hits = meter.CreateCounter<long>("cdn.hits", "{request}", "Requests for a video that is held.");
        _misses = meter.CreateCounter<long>("cdn.misses", "{request}", "Requests for a video that is not held.");
        _bytes = meter.CreateCounter<long>("cdn.served", "By", "Bytes of videos sent to clients.");
    }

    /// <summary>How much there is to do: requests of the last 5 s, by whoever they were served, and transfers that are open.</summary>
    public int Load() => (int)_requests.At(_time.GetTimestamp()) + Volatile.Read(ref _bodies);

    public void Hit()
    {
        _hits.Add(1, ByReplica);
        _requests.Add();
    }

    public void Miss()
    {
        _misses.Add(1);
        _requests.Add();
    }

    /// <summary>A request that nginx answered from the store.</summary>
    public void ServedByNginx(int status, long bytes)
    {
        _hits.Add(1, ByNginx, new("http.response.status_code", status));
        _bytes.Add(bytes, ByNginx);
        _requests.Add();
    }

    /// <summary>A body begins. Returns how many are being sent now.</summary>
    public int BeginBody() => Interlocked.Increment(ref _bodies);

    /// <summary>A body ended, complete or not.</summary>
    public void EndBody(long bytes)
    {
        Interlocked.Decrement(ref _bodies);
        _bytes.Add(bytes, ByReplica);
    }
}

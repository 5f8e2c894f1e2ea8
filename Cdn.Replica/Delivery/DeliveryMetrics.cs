using System.Diagnostics.Metrics;

namespace Cdn.Replica.Delivery;

/// <summary>What this replica delivered, and what nginx delivered from its store.</summary>
internal sealed class DeliveryMetrics
{
    /// <summary>Half of the time that a request counts as load: 5 s.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private static readonly KeyValuePair<string, object?> ByNginx = new("cdn.by", "nginx");
    private static readonly KeyValuePair<string, object?> ByReplica = new("cdn.by", "replica");

    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _bytes;
    private readonly TimeProvider _time;
    private int _bodies;
    private int _requests;
    private int _requestsBefore;
    private long _windowSince;

    public DeliveryMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create("Cdn.Replica");
        _hits = meter.CreateCounter<long>("cdn.hits", "{request}", "Requests for a video that is held.");
        _misses = meter.CreateCounter<long>("cdn.misses", "{request}", "Requests for a video that is not held.");
        _bytes = meter.CreateCounter<long>("cdn.served", "By", "Bytes of videos sent to clients.");
    }

    /// <summary>How much there is to do: requests of the last 5 to 10 s, by whoever they were served, and transfers that are open.</summary>
    public int Load()
    {
        Turn();
        return Volatile.Read(ref _requests) + Volatile.Read(ref _requestsBefore) + Volatile.Read(ref _bodies);
    }

    public void Hit()
    {
        _hits.Add(1, ByReplica);
        Interlocked.Increment(ref _requests);
    }

    public void Miss()
    {
        _misses.Add(1);
        Interlocked.Increment(ref _requests);
    }

    /// <summary>A request that nginx answered from the store.</summary>
    public void ServedByNginx(int status, long bytes)
    {
        _hits.Add(1, ByNginx, new("http.response.status_code", status));
        _bytes.Add(bytes, ByNginx);
        Interlocked.Increment(ref _requests);
    }

    /// <summary>A body begins. Returns how many are being sent now.</summary>
    public int BeginBody() => Interlocked.Increment(ref _bodies);

    /// <summary>A body ended, complete or not.</summary>
    public void EndBody(long bytes)
    {
        Interlocked.Decrement(ref _bodies);
        _bytes.Add(bytes, ByReplica);
    }

    /// <summary>Lets requests become old. Whoever asks for the load does it; controllers ask often.</summary>
    private void Turn()
    {
        var since = Volatile.Read(ref _windowSince);
        if (_time.GetElapsedTime(since) > Window && Interlocked.CompareExchange(ref _windowSince, _time.GetTimestamp(), since) == since)
        {
            Volatile.Write(ref _requestsBefore, Interlocked.Exchange(ref _requests, 0));
        }
    }
}

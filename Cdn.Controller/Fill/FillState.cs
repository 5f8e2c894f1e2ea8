using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>
/// What the filling remembers from one look to the next. It is about the work of this process alone, and may be lost. One loop
/// owns it, so no lock is needed; it reads no clock and does nothing by itself.
/// </summary>
/// <param name="replicas">How many replicas there are.</param>
/// <param name="limits">What bounds it.</param>
internal sealed class FillState(int replicas, FillLimits limits)
{
    private readonly Dictionary<VideoName, VideoTraffic> _traffic = [];
    private readonly Gate[] _sources = [.. Enumerable.Range(0, replicas + 1).Select(_ => new Gate())];
    private long _lastId;

    public FillLimits Limits { get; } = limits;

    public ImmutableArray<ReplicaWork> Replicas { get; } = [.. Enumerable.Range(0, replicas).Select(_ => new ReplicaWork())];

    /// <summary>The snapshot up to which everything is known.</summary>
    public ClusterSnapshot? Seen { get; set; }

    /// <summary>What is under way.</summary>
    public Dictionary<long, FillAction> Running { get; } = [];

    /// <summary>Pushes that are not waited for any more.</summary>
    public HashSet<long> GivenUp { get; } = [];

    /// <summary>The catalog by content.</summary>
    public ContentNames Contents { get; } = new();

    /// <summary>When those who wait for others are looked at again.</summary>
    public TimeSpan WakeAllAt { get; set; }

    /// <summary>Looks so far.</summary>
    public long Turn { get; set; }

    /// <summary>When it was looked at last.</summary>
    public TimeSpan Now { get; set; }

    public long NextId() => ++_lastId;

    /// <summary>The gate of a source.</summary>
    public Gate GateOf(int source) => _sources[source + 1];

    /// <summary>What goes on with a video; null for nothing.</summary>
    public VideoTraffic? TrafficOf(VideoName video) => _traffic.GetValueOrDefault(video);

    /// <summary>Changes what goes on with a video.</summary>
    /// <param name="video">The video.</param>
    /// <param name="change">The change.</param>
    /// <param name="wakes">Whether whoever waits for a change is looked at again.</param>
    public void Move(VideoName video, Action<VideoTraffic> change, bool wakes = true)
    {
        if (!_traffic.TryGetValue(video, out var traffic))
        {
            _traffic[video] = traffic = new VideoTraffic();
        }

        change(traffic);
        foreach (var replica in wakes ? traffic.Wake() : default)
        {
            Wake(replica, video);
        }

        if (traffic.IsEmpty)
        {
            _traffic.Remove(video);
        }
    }

    /// <summary>A replica waits until something changes for a video.</summary>
    public void Wait(int replica, VideoName video)
    {
        Replicas[replica].Waiting.Add(video);
        if (!_traffic.TryGetValue(video, out var traffic))
        {
            _traffic[video] = traffic = new VideoTraffic();
        }

        traffic.Wait(replica);
    }

    /// <summary>Everybody who waits for others is looked at again.</summary>
    public void WakeAll()
    {
        for (var i = 0; i < Replicas.Length; i++)
        {
            foreach (var video in Replicas[i].Waiting.ToList())
            {
                Move(video, _ => { });
                Wake(i, video);
            }
        }
    }

    /// <summary>Forgets failures and waits, and looks at everything that failed again.</summary>
    public void Replan()
    {
        Array.ForEach(_sources, gate => gate.Open());
        for (var i = 0; i < Replicas.Length; i++)
        {
            ForgetFailures(i);
            Replicas[i].Gate.Open();
        }

        WakeAll();
    }

    /// <summary>What failed on a replica says nothing any more.</summary>
    public void ForgetFailures(int replica)
    {
        var work = Replicas[replica];
        foreach (var video in work.Failed.Keys.ToList())
        {
            Move(video, traffic => traffic.Forget(replica));
            LookAgain(replica, video);
        }

        work.Failed.Clear();
        work.FirstFailures = 0;
    }

    /// <summary>A replica may lack a video, or have it too much: it is queued for what its row says.</summary>
    public void LookAgain(int replica, VideoName video)
    {
        if (Seen?.Videos.GetValueOrDefault(video) is { } row)
        {
            Queue(replica, row);
        }
        else
        {
            Replicas[replica].Failed.Remove(video);
        }
    }

    /// <summary>Queues what is to be done about a row on a replica. What failed there is forgotten if that is nothing.</summary>
    public void Queue(int replica, VideoRow row)
    {
        var work = Replicas[replica];
        if (Seen!.Lacks(replica, row))
        {
            work.Lack(row.Current!, Seen);
        }
        else if (row.Current is null && row.HeldBy(replica) is not null)
        {
            work.Gone.Enqueue(row.Name);
        }
        else if (IsSurplus(replica, row))
        {
            if (work.SurplusSince.TryAdd(row.Name, Now))
            {
                work.Surplus.Enqueue((row.Name, Now));
            }
        }
        else
        {
            work.Failed.Remove(row.Name);
        }
    }

    /// <summary>Whether a replica holds for good what belongs elsewhere, and is there.</summary>
    public bool IsSurplus(int replica, VideoRow row) => Seen!.IsPartial
        && row.Current is not null
        && row.HeldBy(replica) is { Pinned: true }
        && !Seen.Belongs(replica, row)
        && Seen.IsWhereItBelongs(row);

    private void Wake(int replica, VideoName video)
    {
        if (Replicas[replica].Waiting.Remove(video))
        {
            LookAgain(replica, video);
        }
    }
}

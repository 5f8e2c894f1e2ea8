namespace Cdn.Controller.Health;

/// <summary>What a heartbeat that was not answered says of a replica.</summary>
internal enum Verdict
{
    /// <summary>Nothing: who asked may be the one to blame. It is asked again, and stays what it is.</summary>
    AskAgain,

    /// <summary>It gets no clients as long as somebody else can serve, and is asked again at once.</summary>
    Suspect,

    /// <summary>It is taken out.</summary>
    Down,
}

/// <summary>
/// Decides when a silent replica is taken out: after two heartbeats in a row that it did not answer, which takes less than two
/// seconds. Before it does so it doubts itself. Heartbeats that were on their way while this process stood still prove nothing;
/// and when all replicas fall silent at the same moment, it is more likely that this process hears nobody. Pure: whoever calls
/// gives the time, which is monotonic.
/// </summary>
/// <param name="replicas">How many replicas there are.</param>
internal sealed class FailureDetector(int replicas)
{
    /// <summary>How often somebody looks at the clock: every 200 ms.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Delay of a look from which this process is taken to have stood still: 300 ms. Less does not use up the patience of a
    /// heartbeat.
    /// </summary>
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(300);

    /// <summary>Unanswered heartbeats in a row after which a replica is down: 2. One may be a pause of either side.</summary>
    private const int MostSilent = 2;

    /// <summary>
    /// Times in a row that it doubts itself before it believes what it sees: 2. Else a slow machine would keep a dead replica in
    /// for ever.
    /// </summary>
    private const int MostDoubts = 2;

    private readonly Lock _gate = new();
    private readonly Sight[] _replicas = new Sight[replicas];
    private TimeSpan? _lastLook;
    private TimeSpan _awakeSince = TimeSpan.MinValue;

    /// <summary>Tells that this process runs. It is called regularly, so that it shows when it does not.</summary>
    public void Look(TimeSpan now)
    {
        lock (_gate)
        {
            LookAt(now);
        }
    }

    /// <summary>A replica has answered.</summary>
    public void Heard(int replica, TimeSpan now)
    {
        lock (_gate)
        {
            LookAt(now);
            _replicas[replica] = new Sight { IsAlive = true, LastHeard = now };
        }
    }

    /// <summary>A replica has refused to answer: nobody has to wait to know that it cannot serve.</summary>
    public void Refused(int replica, TimeSpan now)
    {
        lock (_gate)
        {
            LookAt(now);
            _replicas[replica] = default;
        }
    }

    /// <summary>A replica has not answered in time.</summary>
    /// <param name="replica">Its number.</param>
    /// <param name="askedAt">When it was asked.</param>
    /// <param name="now">The time.</param>
    public Verdict Silent(int replica, TimeSpan askedAt, TimeSpan now)
    {
        lock (_gate)
        {
            LookAt(now);
            ref var sight = ref _replicas[replica];
            if (!sight.IsAlive)
            {
                return Verdict.Down;
            }

            if (askedAt < _awakeSince && sight.Doubts++ < MostDoubts)
            {
                return Verdict.AskAgain;
            }

            sight.SilentSince = sight.Silent++ == 0 ? askedAt : sight.SilentSince;
            if (sight.Silent < MostSilent || (IsNobodyHeard(replica) && sight.Doubts++ < MostDoubts))
            {
                return Verdict.Suspect;
            }

            sight = default;
            return Verdict.Down;
        }
    }

    private void LookAt(TimeSpan now)
    {
        _awakeSince = _lastLook is { } last && now - last > LookEvery + Late ? now : _awakeSince;
        _lastLook = now;
    }

    /// <summary>Whether there are others, and none of them was heard since one fell silent.</summary>
    private bool IsNobodyHeard(int replica)
    {
        var others = 0;
        for (var i = 0; i < _replicas.Length; i++)
        {
            if (i != replica && _replicas[i].IsAlive)
            {
                if (_replicas[i].LastHeard > _replicas[replica].SilentSince)
                {
                    return false;
                }

                others++;
            }
        }

        return others > 0;
    }

    private struct Sight
    {
        public bool IsAlive;
        public TimeSpan LastHeard;
        public TimeSpan SilentSince;
        public int Silent;
        public int Doubts;
    }
}

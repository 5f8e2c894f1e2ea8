namespace Cdn.Origin.Hashing;

/// <summary>
/// What waits to be hashed: at most one version of each file. Short ones are never behind long ones: they have a queue and a
/// thread of
/// their own. Within a queue it goes by urgency, then size; but every fourth is the one that has waited longest, so that none
/// waits for ever.
/// </summary>
internal sealed class HashQueue(TimeProvider time) : IDisposable
{
    /// <summary>Longest file that is short: 8 MiB, which takes some hundredths of a second.</summary>
    public const long Short = 8 * 1024 * 1024;

    private const int OldestEvery = 4;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<HashJob, (HashUrgency, long, long)> _short = new();
    private readonly PriorityQueue<HashJob, (HashUrgency, long, long)> _long = new();
    private readonly Queue<HashJob> _order = new();
    private readonly HashSet<HashJob> _waiting = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<HashJob> _running = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ulong, int> _hanging = [];
    private readonly SemaphoreSlim _shortSignal = new(0);
    private readonly SemaphoreSlim _anySignal = new(0);
    private long _bytes;
    private long _sequence;
    private int _picks;

    public void Add(HashJob job)
    {
        lock (_gate)
        {
            Enqueue(job);
            _order.Enqueue(job);
            _waiting.Add(job);
            _bytes += job.Identity.Size;
        }

        Signal(job);
    }

    public void Cancel(HashJob job)
    {
        job.Cancel();
        lock (_gate)
        {
            Leave(job);
        }
    }

    /// <summary>Waits for the next one and takes it.</summary>
    public HashJob Take(bool onlyShort, CancellationToken cancellationToken)
    {
        while (true)
        {
            (onlyShort ? _shortSignal : _anySignal).Wait(cancellationToken);
            lock (_gate)
            {
                if (Next(onlyShort) is { } job)
                {
                    Leave(job);
                    _running.Add(job);
                    job.ProgressAt = time.GetTimestamp();
                    return job;
                }
            }
        }
    }

    public void Done(HashJob job)
    {
        lock (_gate)
        {
            _running.Remove(job);
        }
    }

    /// <summary>Those being hashed that came no further for a time.</summary>
    public List<HashJob> Stalled(TimeSpan after)
    {
        lock (_gate)
        {
            return [.. _running.Where(job => time.GetElapsedTime(job.ProgressAt) > after)];
        }
    }

    /// <summary>A file of this device hangs: no other one of it is begun until that is over.</summary>
    public void Suspend(ulong device)
    {
        lock (_gate)
        {
            _hanging[device] = _hanging.GetValueOrDefault(device) + 1;
        }
    }

    /// <summary>One that hung has ended.</summary>
    public void Resume(ulong device)
    {
        List<HashJob> again;
        lock (_gate)
        {
            if (--System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_hanging, device, out _) > 0)
            {
                return;
            }

            _hanging.Remove(device);
            again = [.. _waiting.Where(job => job.Identity.Device == device)];
            again.ForEach(Enqueue);
        }

        again.ForEach(Signal);
    }

    public HashBacklog Backlog()
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var first) && !_waiting.Contains(first) && !_running.Contains(first))
            {
                _order.Dequeue();
            }

            var oldest = _order.TryPeek(out var job) ? job : null;
            return new HashBacklog(
                _waiting.Count, _bytes, _running.Count, oldest?.Name, oldest is null ? 0 : time.GetElapsedTime(oldest.Added).TotalSeconds);
        }
    }

    public void Dispose()
    {
        _shortSignal.Dispose();
        _anySignal.Dispose();
    }

    private void Enqueue(HashJob job) =>
        (job.Identity.Size <= Short ? _short : _long).Enqueue(job, (job.Urgency, job.Identity.Size, _sequence++));

    private void Signal(HashJob job)
    {
        _anySignal.Release();
        if (job.Identity.Size <= Short)
        {
            _shortSignal.Release();
        }
    }

    private void Leave(HashJob job)
    {
        if (_waiting.Remove(job))
        {
            _bytes -= job.Identity.Size;
        }
    }

    private HashJob? Next(bool onlyShort)
    {
        if (!onlyShort && ++_picks % OldestEvery == 0 && Oldest() is { } oldest)
        {
            return oldest;
        }

        return Next(_short) ?? (onlyShort ? null : Next(_long));
    }

    private HashJob? Oldest()
    {
        while (_order.TryPeek(out var job))
        {
            if (_waiting.Contains(job))
            {
                return _hanging.ContainsKey(job.Identity.Device) ? null : job;
            }

            if (_running.Contains(job))
            {
                return null;
            }

            _order.Dequeue();
        }

        return null;
    }

    /// <summary>
    /// What was cancelled or taken out of turn is passed over; what would hang comes again when its device answers.
    /// </summary>
    private HashJob? Next(PriorityQueue<HashJob, (HashUrgency, long, long)> queue)
    {
        while (queue.TryDequeue(out var job, out _))
        {
            if (_waiting.Contains(job) && !_hanging.ContainsKey(job.Identity.Device))
            {
                return job;
            }
        }

        return null;
    }
}

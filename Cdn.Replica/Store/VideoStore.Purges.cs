using Cdn.Contracts;

namespace Cdn.Replica.Store;

/// <content>Purging what many names match, exactly once per purge.</content>
internal sealed partial class VideoStore
{
    /// <summary>Purges that are remembered, for what arrives after them and for who asks again: 1,000. What began before those is refused.</summary>
    private const int Remembered = 1000;

    private readonly Lock _purging = new();
    private readonly Queue<PurgeSelector> _purges = new();
    private readonly Queue<(string Log, PurgeResult Result)> _results = new();
    private PurgeMark? _mark;
    private long _purgeCount;

    /// <summary>Purges since the process began; what arrives is taken only if no later one is about it.</summary>
    public long PurgeCount => Volatile.Read(ref _purgeCount);

    /// <summary>Up to where purges are applied.</summary>
    public PurgeMark? Mark => Volatile.Read(ref _mark);

    /// <summary>
    /// Applies those purges of a log that were not applied yet, in their order. When it returns they are on the disk: neither a crash nor a
    /// power cut brings anything of it back. What is on its way in, and was asked for before, is not taken when it arrives.
    /// </summary>
    public PurgeAnswer Apply(PurgeLog log)
    {
        lock (_purging)
        {
            foreach (var purge in log.MissedBy(_mark).ToList())
            {
                _results.Enqueue((log.Id, Remove(purge)));
                if (_results.Count > Remembered)
                {
                    _results.Dequeue();
                }
            }

            if (log.AppliedBy(_mark) < log.Last || _mark?.Log != log.Id)
            {
                SetMark(new PurgeMark(log.Id, log.Last));
            }

            // Two controllers may send the same log; both are told what its purges took.
            return new PurgeAnswer(_mark!, [.. _results.Where(entry => entry.Log == log.Id).Select(entry => entry.Result)]);
        }
    }

    private PurgeResult Remove(Purge purge)
    {
        lock (_gate)
        {
            // First, so that whatever is recorded from now on is refused, and whatever was recorded before is found below.
            _purges.Enqueue(purge.What);
            _purgeCount++;
            if (_purges.Count > Remembered)
            {
                _purges.Dequeue();
            }
        }

        var (videos, bytes) = (0, 0L);
        IEnumerable<VideoName> names = purge.What.Name is { } one ? [one] : _held.Keys.Where(purge.What.Matches);
        foreach (var name in names)
        {
            if (Remove(name) is { } held)
            {
                (videos, bytes) = (videos + 1, bytes + held.Size);
            }
        }

        LogPurged(logger, purge.What, videos, bytes);
        return new PurgeResult(purge.Number, videos, bytes);
    }

    private void SetMark(PurgeMark mark)
    {
        lock (_gate)
        {
            Index.SetMark(mark);
            _mark = mark;
            Changed();
        }
    }

    private void ThrowIfPurged(VideoName name, long since)
    {
        var later = _purgeCount - since;
        if (later > _purges.Count || (later > 0 && _purges.TakeLast((int)later).Any(what => what.Matches(name))))
        {
            throw new PurgedException(name);
        }
    }

    [LoggerMessage(EventId = 303, Level = LogLevel.Information, Message = "Purged {What}: {Videos} videos, {Bytes} bytes")]
    private static partial void LogPurged(ILogger logger, PurgeSelector what, int videos, long bytes);
}

/// <summary>A video was purged while it was on its way.</summary>
internal sealed class PurgedException(VideoName name) : Exception($"'{name}' was purged while it was on its way.");

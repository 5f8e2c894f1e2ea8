using Cdn.Contracts;

namespace Cdn.Controller.Fill;

/// <summary>When a failed piece of work may be tried again: exponential backoff with jitter. Used by one loop.</summary>
internal sealed class RetrySchedule(TimeSpan longest, TimeProvider time)
{
    /// <summary>First wait: 500 ms; each failure in a row doubles it.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    /// <summary>Doublings after which the longest wait is reached whatever it is (its limit is an hour).</summary>
    private const int MostDoublings = 13;

    private readonly Dictionary<VideoName, (int Failures, DateTimeOffset NotBefore)> _failed = [];

    public bool IsDue(VideoName name) => !_failed.TryGetValue(name, out var failed) || failed.NotBefore <= time.GetUtcNow();

    public void Succeeded(VideoName name) => _failed.Remove(name);

    public void Failed(VideoName name)
    {
        var failures = _failed.GetValueOrDefault(name).Failures + 1;
        var wait = First * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        wait = wait < longest ? wait : longest;
        _failed[name] = (failures, time.GetUtcNow() + (wait * (0.5 + (0.5 * Random.Shared.NextDouble()))));
    }

    /// <summary>Forgets what is no more.</summary>
    public void Keep(Func<VideoName, bool> isKept)
    {
        foreach (var name in _failed.Keys.Where(name => !isKept(name)).ToList())
        {
            _failed.Remove(name);
        }
    }

    /// <summary>Forgets all failures; for a replica that has come back, where they say nothing any more.</summary>
    public void Clear() => _failed.Clear();
}

namespace Cdn.AppHost.Running;

/// <summary>
/// When a process that ended by itself is started again: at once at first, then slower each time, until it was well for a
/// while.
/// </summary>
internal sealed class RestartSchedule
{
    /// <summary>Wait before the first start: 0.2 s. Each further one is twice as long.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.2);

    /// <summary>Longest wait: 30 s.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Time of health after which all is forgotten: a minute.</summary>
    public static readonly TimeSpan Forgiven = TimeSpan.FromMinutes(1);

    private TimeSpan _next = First;
    private DateTimeOffset? _healthySince;

    /// <summary>Starts since it was well for long.</summary>
    public int Count { get; private set; }

    /// <summary>Notes whether it is healthy now.</summary>
    public void See(bool isHealthy, DateTimeOffset now) => _healthySince = isHealthy ? _healthySince ?? now : null;

    /// <summary>Notes that it has ended.</summary>
    /// <returns>How long to wait until it is started again.</returns>
    public TimeSpan End(DateTimeOffset now)
    {
        if (_healthySince is { } since && now - since >= Forgiven)
        {
            (_next, Count) = (First, 0);
        }

        var wait = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        Count++;
        _healthySince = null;
        return wait;
    }
}

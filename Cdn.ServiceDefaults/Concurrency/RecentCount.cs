namespace Cdn.ServiceDefaults.Concurrency;

/// <summary>
/// How often something happened lately: a window that slides by weighing the one before by how much of it is still within reach. Takes no
/// lock, and allocates nothing.
/// </summary>
/// <param name="window">How long something counts.</param>
/// <param name="time">The clock.</param>
public sealed class RecentCount(TimeSpan window, TimeProvider time)
{
    private readonly long _window = (long)(window.TotalSeconds * time.TimestampFrequency);
    private long _since = time.GetTimestamp();
    private int _current;
    private int _before;

    /// <summary>It happened once more.</summary>
    public void Add() => Interlocked.Increment(ref _current);

    /// <summary>How often it happened within the window that ends now. Whoever asks lets time pass: ask more often than the window is long.</summary>
    /// <param name="now">A timestamp of the clock.</param>
    public double At(long now)
    {
        var since = Volatile.Read(ref _since);
        if (now - since >= _window)
        {
            // After two windows nothing of the first is left. Whoever is first to move on moves the counts, too.
            var isLongAgo = now - since >= 2 * _window;
            var next = isLongAgo ? now : since + _window;
            if (Interlocked.CompareExchange(ref _since, next, since) == since)
            {
                var ended = Interlocked.Exchange(ref _current, 0);
                Volatile.Write(ref _before, isLongAgo ? 0 : ended);
            }

            since = next;
        }

        return Volatile.Read(ref _current) + (Volatile.Read(ref _before) * (1 - ((double)(now - since) / _window)));
    }
}

namespace Cdn.Controller.Steering;

/// <summary>
/// How many requests each replica was assigned in the last ten seconds: a window that slides by weighing the one before by how much of it
/// is still within reach.
/// </summary>
internal sealed class RecentAssignments(int replicas, TimeProvider time)
{
    /// <summary>Length of the window: 10 s, in which a burst shows and a quiet night does not.</summary>
    private const int WindowSeconds = 10;

    private readonly long _window = WindowSeconds * time.TimestampFrequency;
    private readonly int[] _current = new int[replicas];
    private readonly int[] _before = new int[replicas];
    private long _since = time.GetTimestamp();

    /// <summary>Lets time pass. Returns how much of the window before still counts, from 0 to 1.</summary>
    public double Turn()
    {
        var since = Volatile.Read(ref _since);
        var now = time.GetTimestamp();
        if (now - since < _window)
        {
            return Share(now - since);
        }

        // After two windows nothing of the first is left. Whoever is first to move on moves the counts, too.
        var isLongAgo = now - since >= 2 * _window;
        var next = isLongAgo ? now : since + _window;
        if (Interlocked.CompareExchange(ref _since, next, since) == since)
        {
            for (var i = 0; i < _current.Length; i++)
            {
                var ended = Interlocked.Exchange(ref _current[i], 0);
                Volatile.Write(ref _before[i], isLongAgo ? 0 : ended);
            }
        }

        return Share(now - next);
    }

    /// <param name="replica">Its index.</param>
    /// <param name="share">What <see cref="Turn"/> returned.</param>
    public double Of(int replica, double share) => Volatile.Read(ref _current[replica]) + (Volatile.Read(ref _before[replica]) * share);

    public void Add(int replica) => Interlocked.Increment(ref _current[replica]);

    private double Share(long elapsed) => 1 - ((double)elapsed / _window);
}

namespace Cdn.Controller.Steering;

/// <summary>
/// How many requests each replica was assigned in the last ten seconds, or a little less: a window that slides by weighing the one before
/// by how much of it is still within reach.
/// </summary>
internal sealed class RecentAssignments(int replicas, TimeProvider time)
{
    /// <summary>Length of the window: 10 s, in which a burst shows and a quiet night does not.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly int[] _current = new int[replicas];
    private readonly int[] _before = new int[replicas];
    private long _since = time.GetTimestamp();
    private int _turning;
    private double _weight = 1;

    /// <summary>Lets time pass. Called before a round of questions.</summary>
    public void Turn()
    {
        var elapsed = time.GetElapsedTime(Volatile.Read(ref _since)) / Window;
        if (elapsed >= 1 && Interlocked.Exchange(ref _turning, 1) == 0)
        {
            for (var i = 0; i < _current.Length; i++)
            {
                var ended = Interlocked.Exchange(ref _current[i], 0);
                Volatile.Write(ref _before[i], elapsed >= 2 ? 0 : ended);
            }

            Volatile.Write(ref _since, time.GetTimestamp());
            Volatile.Write(ref _turning, 0);
            elapsed = 0;
        }

        Volatile.Write(ref _weight, Math.Max(0, 1 - elapsed));
    }

    public double Of(int replica) => Volatile.Read(ref _current[replica]) + (Volatile.Read(ref _before[replica]) * Volatile.Read(ref _weight));

    public void Add(int replica) => Interlocked.Increment(ref _current[replica]);
}

namespace Cdn.Controller.Door;

/// <summary>
/// Whether nginx may read a replica's store itself: not any more when a purge has waited for the replica for too long, and again
/// when it has applied all. Until then what it holds is served by others, or by nobody.
/// </summary>
/// <param name="grace">How long a purge may wait.</param>
/// <param name="time">The clock.</param>
internal sealed class DoorSchedule(TimeSpan grace, TimeProvider time)
{
    /// <summary>Time between two looks: 1 s.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _waiting = [];

    /// <summary>
    /// Time from a purge until it is gone at the door at the latest: a look notices that it waits, and a later one that it has
    /// waited too long.
    /// </summary>
    public static TimeSpan GoneWithin(TimeSpan grace) => grace + (2 * LookEvery);

    /// <summary>Says what ought to be. Called again and again, by one thread.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="isBehind">Whether it has purges to apply.</param>
    /// <param name="answers">Whether it answers: then it applies them now.</param>
    /// <returns>True: it may. False: it must not. Null: it stays as it is.</returns>
    public bool? MayServe(string replica, bool isBehind, bool answers)
    {
        if (!isBehind || answers)
        {
            _waiting.Remove(replica);
            return isBehind ? null : true;
        }

        if (_waiting.TryAdd(replica, time.GetTimestamp()))
        {
            return null;
        }

        return time.GetElapsedTime(_waiting[replica]) >= grace ? false : null;
    }
}

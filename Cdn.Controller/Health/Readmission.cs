namespace Cdn.Controller.Health;

/// <summary>
/// How soon a replica that was down gets clients again: at once after the first outage, and after each further one within a few minutes
/// twice as long after it answers. A replica that flaps is left out for longer and longer, and does its harm ever more seldom.
/// </summary>
internal sealed class Readmission(TimeProvider time)
{
    /// <summary>Wait after the second outage: 1 s; each further one doubles it.</summary>
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait: 1 min.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Time without an outage after which all are forgotten: 5 min.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(5);

    private int _outages;
    private long _lastOutage;
    private long? _backSince;

    /// <summary>It is down. Nothing new if it was before.</summary>
    public void WentDown()
    {
        _outages = _outages > 0 && time.GetElapsedTime(_lastOutage) > Forgotten ? 1 : _outages + 1;
        _lastOutage = time.GetTimestamp();
        _backSince = null;
    }

    /// <summary>It answers. Returns how much longer it has to do so before it gets clients.</summary>
    public TimeSpan Answered()
    {
        _backSince ??= time.GetTimestamp();
        var wait = _outages < 2 ? TimeSpan.Zero : First * Math.Pow(2, Math.Min(_outages - 2, 6));
        var left = (wait < Longest ? wait : Longest) - time.GetElapsedTime(_backSince.Value);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

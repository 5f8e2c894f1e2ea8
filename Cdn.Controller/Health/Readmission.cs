using System.Globalization;
using Cdn.ServiceDefaults.Concurrency;

namespace Cdn.Controller.Health;

/// <summary>
/// How soon a replica that failed gets clients again: at once after the first outage, and after each further one within a few
/// minutes twice as long after it answers. A replica that flaps is left out for longer and longer, and does its harm ever more
/// seldom.
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
    private TimeSpan _lastOutage;
    private TimeSpan _backSince;
    private TimeSpan _wait;
    private string _reason = "";
    private bool _isOut;

    /// <summary>
    /// It failed a request, or is down. Until it has answered, that is one outage, in however many ways it shows.
    /// </summary>
    public void Failed()
    {
        if (_isOut)
        {
            return;
        }

        _outages = _outages > 0 && time.Now() - _lastOutage > Forgotten ? 1 : _outages + 1;
        _lastOutage = time.Now();
        _isOut = true;
    }

    /// <summary>It has answered. Returns why it gets no clients nevertheless, or null.</summary>
    /// <param name="askedAt">When it was asked.</param>
    public string? Answered(TimeSpan askedAt)
    {
        if (_isOut)
        {
            if (askedAt < _lastOutage)
            {
                return "it failed since it was asked";
            }

            ComeBack();
        }

        return time.Now() - _backSince < _wait ? _reason : null;
    }

    private void ComeBack()
    {
        _isOut = false;
        _backSince = time.Now();
        _wait = _outages < 2 ? TimeSpan.Zero : First * Math.Pow(2, Math.Min(_outages - 2, 6));
        _wait = _wait < Longest ? _wait : Longest;
        _reason = string.Create(
            CultureInfo.InvariantCulture, $"it failed {_outages} times lately, and gets clients again at {time.GetUtcNow() + _wait:HH:mm:ss} UTC");
    }
}

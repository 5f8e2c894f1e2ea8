using System.Globalization;

namespace Cdn.Tests.EndToEnd.Chaos;

/// <summary>What came of the requests that were begun while something was done to the CDN.</summary>
internal sealed class Outcome(string what)
{
    private readonly Lock _gate = new();
    private readonly List<string> _failures = [];
    private int _begun;
    private int _ended;
    private int _cut;
    private TimeSpan _longest;

    public string What => what;

    public TimeSpan Took { get; set; }

    /// <summary>Whether all that were begun have ended.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_gate)
            {
                return _begun == _ended;
            }
        }
    }

    public int Requests => _begun;

    /// <summary>Requests that were not answered with the whole, right video.</summary>
    public IReadOnlyList<string> Failures => _failures;

    public void Begin()
    {
        lock (_gate)
        {
            _begun++;
        }
    }

    /// <summary>The body ended too early, and is asked for once more.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _cut++;
        }
    }

    public void End(TimeSpan took, string? failure)
    {
        lock (_gate)
        {
            _ended++;
            _longest = took > _longest ? took : _longest;
            if (failure is not null)
            {
                _failures.Add(failure);
            }
        }
    }

    /// <summary>All of them, as a table.</summary>
    public static string Table(IEnumerable<Outcome> outcomes) => string.Join('\n',
        (string[])[
            $"{"what is done",-58}{"seconds",8}{"requests",10}{"cut",6}{"failed",8}{"longest s",11}",
            .. outcomes.Select(outcome => string.Create(
                CultureInfo.InvariantCulture,
                $"{outcome.What,-58}{outcome.Took.TotalSeconds,8:0.0}{outcome._begun,10}{outcome._cut,6}{outcome._failures.Count,8}{outcome._longest.TotalSeconds,11:0.00}")),
        ]);
}

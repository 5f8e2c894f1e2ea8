using System.Collections.Concurrent;
using Cdn.Replica.State;

namespace Cdn.Replica.Drain;

/// <summary>
/// Whether this replica wants no more clients. An operator's wish is a file in the store, so that it outlives a restart and every
/// controller hears it from the replica itself; stopping is a wish of the process alone.
/// </summary>
internal sealed class DrainState(StoreLayout layout, TimeProvider time)
{
    /// <summary>Time after its last question from which on a controller does not count any more: 3 s, some probes.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, long> _asked = new();
    private volatile bool _isDrained = File.Exists(layout.Drained);
    private volatile bool _isStopping;

    public bool IsDraining => _isDrained || _isStopping;

    /// <summary>Drains, or admits again, until somebody says otherwise.</summary>
    /// <exception cref="IOException">The wish cannot be written down.</exception>
    public void Set(bool isDrained)
    {
        if (isDrained)
        {
            File.WriteAllBytes(layout.Drained, []);
        }
        else
        {
            File.Delete(layout.Drained);
        }

        _isDrained = isDrained;
    }

    /// <summary>A controller has asked, and is told.</summary>
    /// <param name="controller">Which one; empty if it is none.</param>
    public void Heard(string controller)
    {
        if (controller.Length > 0)
        {
            // Those who have heard that it stops need not be waited for.
            _asked[controller] = _isStopping ? long.MinValue : time.GetTimestamp();
        }
    }

    /// <summary>From now on it is stopping; waits until every controller that has asked lately knows, but not for long.</summary>
    public async Task StopAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        _isStopping = true;
        var started = time.GetTimestamp();
        while (_asked.Values.Any(asked => asked != long.MinValue && time.GetElapsedTime(asked) < Forgotten) && time.GetElapsedTime(started) < atMost)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }
}

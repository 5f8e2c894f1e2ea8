using Cdn.Contracts;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Pull;

/// <summary>
/// Remembers for <c>NEGATIVE_SECONDS</c> what the origin did not have, and that it could not be asked at all, so that it is not
/// asked again in a storm.
/// </summary>
internal sealed class NegativeCache(IOptions<ReplicaOptions> options, TimeProvider time)
{
    /// <summary>Most names remembered: 10,000. When there are more, all are forgotten: that costs a question each.</summary>
    private const int MaxNames = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<VideoName, (PullOutcome.Failed Failure, long At)> _names = [];
    private (PullOutcome.Failed Failure, long At)? _origin;

    /// <summary>Why not to ask for a video now; null if there is no reason.</summary>
    public PullOutcome.Failed? Find(VideoName name)
    {
        lock (_gate)
        {
            if (_origin is { } origin && IsFresh(origin.At))
            {
                return origin.Failure;
            }

            if (!_names.TryGetValue(name, out var entry))
            {
                return null;
            }

            if (IsFresh(entry.At))
            {
                return entry.Failure;
            }

            _names.Remove(name);
            return null;
        }
    }

    /// <summary>Remembers a failure: of one video, or of the origin as such.</summary>
    public void Remember(VideoName name, PullOutcome.Failed failure, bool ofTheOrigin)
    {
        lock (_gate)
        {
            if (ofTheOrigin)
            {
                _origin = (failure, time.GetTimestamp());
                return;
            }

            if (_names.Count >= MaxNames)
            {
                _names.Clear();
            }

            _names[name] = (failure, time.GetTimestamp());
        }
    }

    private bool IsFresh(long at) => time.GetElapsedTime(at).TotalSeconds < options.Value.NegativeSeconds;
}

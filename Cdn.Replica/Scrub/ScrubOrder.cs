using Cdn.Contracts;

namespace Cdn.Replica.Scrub;

/// <summary>
/// What is read again first: what is asked for, the most wanted before the rest, each once in a while. What nobody asks for has
/// its turn in the pass over all.
/// </summary>
internal sealed class ScrubOrder(TimeProvider time)
{
    /// <summary>
    /// Time that a verified object counts as verified: 5 min. What is in demand and goes bad is found in that time.
    /// </summary>
    public static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    /// <summary>Objects that are remembered: 10,000, ten times as many as are wanted at a time.</summary>
    private const int Remembered = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Sha256Digest, long> _verified = [];
    private Queue<Sha256Digest> _wanted = new();

    /// <summary>What is in demand now, the most wanted first. What was wanted before and is not any more is dropped.</summary>
    public void Want(IEnumerable<Sha256Digest> objects)
    {
        lock (_gate)
        {
            _wanted = new Queue<Sha256Digest>(objects.Distinct());
        }
    }

    /// <summary>The next one to be read; false if all that is in demand was read lately.</summary>
    public bool TryNext(out Sha256Digest next)
    {
        lock (_gate)
        {
            while (_wanted.TryDequeue(out next))
            {
                if (!_verified.TryGetValue(next, out var at) || time.GetElapsedTime(at) >= Again)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>An object was read, and is what it ought to be.</summary>
    public void Verified(Sha256Digest digest)
    {
        lock (_gate)
        {
            if (_verified.Count >= Remembered && !_verified.ContainsKey(digest))
            {
                foreach (var old in _verified.Where(entry => time.GetElapsedTime(entry.Value) >= Again).Select(entry => entry.Key).ToList())
                {
                    _verified.Remove(old);
                }
            }

            if (_verified.Count < Remembered)
            {
                _verified[digest] = time.GetTimestamp();
            }
        }
    }
}

using System.Numerics;

namespace Cdn.Controller.Cluster;

/// <summary>
/// Some of the replicas, by number: the first 64 in one word, so that a million sets cost next to nothing; never changed.
/// </summary>
internal readonly struct ReplicaSet : IEquatable<ReplicaSet>
{
    private const int Bits = 64;

    private readonly ulong _first;
    private readonly ulong[]? _more;

    private ReplicaSet(ulong first, ulong[]? more) => (_first, _more) = (first, more);

    public bool IsEmpty => _first == 0 && _more is null;

    public int Count
    {
        get
        {
            var count = BitOperations.PopCount(_first);
            foreach (var word in _more ?? [])
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    public bool Contains(int replica) =>
        replica < Bits
            ? (_first >> replica & 1) != 0
            : _more is { } more && (replica / Bits) - 1 < more.Length && (more[(replica / Bits) - 1] >> (replica % Bits) & 1) != 0;

    public ReplicaSet With(int replica)
    {
        if (replica < Bits)
        {
            return new ReplicaSet(_first | (1UL << replica), _more);
        }

        var (word, more) = ((replica / Bits) - 1, _more ?? []);
        var grown = new ulong[Math.Max(more.Length, word + 1)];
        more.CopyTo(grown, 0);
        grown[word] |= 1UL << (replica % Bits);
        return new ReplicaSet(_first, grown);
    }

    public ReplicaSet Without(int replica)
    {
        if (!Contains(replica))
        {
            return this;
        }

        if (replica < Bits)
        {
            return new ReplicaSet(_first & ~(1UL << replica), _more);
        }

        ulong[] less = [.. _more!];
        less[(replica / Bits) - 1] &= ~(1UL << (replica % Bits));
        return new ReplicaSet(_first, Array.TrueForAll(less, word => word == 0) ? null : less);
    }

    public Enumerator GetEnumerator() => new(this);

    public bool Equals(ReplicaSet other) => _first == other._first && (_more ?? []).AsSpan().SequenceEqual(other._more ?? []);

    public override bool Equals(object? obj) => obj is ReplicaSet other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_first, _more?.Length);

    /// <summary>From the lowest number on; allocates nothing.</summary>
    public struct Enumerator(ReplicaSet set)
    {
        private ulong _left = set._first;
        private int _word = -1;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (_left == 0)
            {
                if (set._more is not { } more || ++_word >= more.Length)
                {
                    return false;
                }

                _left = more[_word];
            }

            Current = ((_word + 1) * Bits) + BitOperations.TrailingZeroCount(_left);
            _left &= _left - 1;
            return true;
        }
    }
}

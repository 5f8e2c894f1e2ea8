using Cdn.Replica.State;
using CsCheck;

namespace Cdn.Tests.Replica.State;

public class SieveTests
{
    /// <summary>
    /// The example of the paper (NSDI '24, figure 3): an entry that was hit is spared once, and the hand stays where it is.
    /// </summary>
    [Fact]
    public void Evict_SparesWhatWasHit_AndGoesOnFromWhereItStood()
    {
        var sieve = new Sieve<char>();
        foreach (var key in "ABCDE")
        {
            sieve.Add(key, 1);
        }

        sieve.Visit('A');
        sieve.Visit('B');

        Assert.Equal('C', Next(sieve));
        sieve.Add('F', 1);
        Assert.Equal('D', Next(sieve)); // Not A, which is older and unmarked by now: the hand has passed it.
        Assert.Equal('E', Next(sieve));
        Assert.Equal('F', Next(sieve));
        Assert.Equal('A', Next(sieve));
        Assert.Equal('B', Next(sieve));
        Assert.False(sieve.Evict(out _));
    }

    [Fact]
    public void Evict_AllHit_TakesTheOldest()
    {
        var sieve = new Sieve<char>();
        foreach (var key in "ABC")
        {
            sieve.Add(key, 1);
            sieve.Visit(key);
        }

        Assert.Equal('A', Next(sieve));
    }

    [Fact]
    public void Operations_InAnyOrder_DoWhatTheModelDoes() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 9], Gen.Long[0, 100]).List[0, 200].Sample(operations =>
        {
            var (sieve, model) = (new Sieve<int>(), new Model());
            foreach (var (operation, key, size) in operations)
            {
                switch (operation)
                {
                    case 0:
                        sieve.Add(key, size);
                        model.Add(key, size);
                        break;
                    case 1:
                        sieve.Visit(key);
                        model.Visit(key);
                        break;
                    case 2:
                        Assert.Equal(model.Remove(key), sieve.Remove(key));
                        break;
                    default:
                        Assert.Equal(model.Evict(), sieve.Evict(out var evicted) ? evicted : null);
                        break;
                }

                Assert.Equal(model.Bytes, sieve.Bytes);
                Assert.Equal(model.Count, sieve.Count);
            }
        });

    private static char Next(Sieve<char> sieve)
    {
        Assert.True(sieve.Evict(out var key));
        return key;
    }

    /// <summary>
    /// The same, said as plainly as can be: a list from the oldest to the newest, and the place of the hand in it.
    /// </summary>
    private sealed class Model
    {
        private readonly List<(int Key, long Size, bool Visited)> _entries = [];
        private int _hand;

        public long Bytes => _entries.Sum(entry => entry.Size);

        public int Count => _entries.Count;

        public void Add(int key, long size)
        {
            if (_entries.Any(entry => entry.Key == key))
            {
                Visit(key);
                return;
            }

            if (_hand == _entries.Count)
            {
                _hand = 0; // The hand had gone past the newest, which means that it begins again.
            }

            _entries.Add((key, size, false));
        }

        public void Visit(int key)
        {
            var index = _entries.FindIndex(entry => entry.Key == key);
            if (index >= 0)
            {
                _entries[index] = _entries[index] with { Visited = true };
            }
        }

        public bool Remove(int key)
        {
            var index = _entries.FindIndex(entry => entry.Key == key);
            if (index < 0)
            {
                return false;
            }

            _entries.RemoveAt(index);
            _hand -= index < _hand ? 1 : 0;
            return true;
        }

        public int? Evict()
        {
            if (_entries.Count == 0)
            {
                return null;
            }

            for (_hand %= _entries.Count; _entries[_hand].Visited; _hand = (_hand + 1) % _entries.Count)
            {
                _entries[_hand] = _entries[_hand] with { Visited = false };
            }

            var key = _entries[_hand].Key;
            _entries.RemoveAt(_hand);
            return key;
        }
    }
}

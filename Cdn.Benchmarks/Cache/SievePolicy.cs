using Cdn.Replica.State;

namespace Cdn.Benchmarks.Cache;

/// <summary>What a replica does with pulled videos: the class that it uses.</summary>
internal sealed class SievePolicy(long capacity) : ICachePolicy
{
    private readonly Sieve<int> _sieve = new();

    public string Name => "SIEVE";

    public bool Ask(int key, long size)
    {
        if (_sieve.Visit(key))
        {
            return true;
        }

        while (_sieve.Bytes + size > capacity)
        {
            _sieve.Evict(out _);
        }

        _sieve.Add(key, size);
        return false;
    }
}

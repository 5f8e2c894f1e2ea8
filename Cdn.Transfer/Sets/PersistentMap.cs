using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;

namespace Cdn.Transfer.Sets;

/// <summary>
/// A map that never changes: a change makes another one, which shares all but the path to what changed. Two levels of 256 and
/// then the few items of one <see cref="BucketRange">bucket</see>; so what differs between two of them is found without looking
/// at what does not.
/// </summary>
/// <typeparam name="TKey">Keys; their stable hashes choose the buckets.</typeparam>
/// <typeparam name="TValue">Values.</typeparam>
public sealed partial class PersistentMap<TKey, TValue> : IReadOnlyCollection<KeyValuePair<TKey, TValue>>
    where TKey : struct, IStableHash, IEquatable<TKey>
{
    private const int Fanout = 1 << (BucketRange.Bits / 2);

    private readonly KeyValuePair<TKey, TValue>[]?[]?[] _root;

    private PersistentMap(KeyValuePair<TKey, TValue>[]?[]?[] root, int count) => (_root, Count) = (root, count);

    /// <summary>Nothing.</summary>
    public static PersistentMap<TKey, TValue> Empty { get; } = new(new KeyValuePair<TKey, TValue>[]?[]?[Fanout], 0);

    /// <summary>Items.</summary>
    public int Count { get; }

    /// <summary>The value of a key.</summary>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var bucket = BucketRange.Of(key.StableHash);
        if (_root[bucket / Fanout]?[bucket % Fanout] is { } items)
        {
            foreach (ref readonly var item in items.AsSpan())
            {
                if (item.Key.Equals(key))
                {
                    value = item.Value;
                    return true;
                }
            }
        }

        value = default;
        return false;
    }

    /// <summary>The value of a key, or none.</summary>
    public TValue? GetValueOrDefault(TKey key) => TryGetValue(key, out var value) ? value : default;

    /// <summary>Whether a key has a value.</summary>
    public bool ContainsKey(TKey key) => TryGetValue(key, out _);

    /// <summary>The same with another value for a key.</summary>
    public PersistentMap<TKey, TValue> Set(TKey key, TValue value)
    {
        var builder = ToBuilder();
        builder.Set(key, value);
        return builder.ToMap();
    }

    /// <summary>The same without a key.</summary>
    public PersistentMap<TKey, TValue> Remove(TKey key)
    {
        var builder = ToBuilder();
        builder.Remove(key);
        return builder.ToMap();
    }

    /// <summary>Makes many changes at once.</summary>
    public Builder ToBuilder() => new(this);

    /// <summary>The items of some buckets, in the order of these.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> In(BucketRange buckets)
    {
        for (var bucket = buckets.First; bucket < buckets.End; bucket++)
        {
            if (_root[bucket / Fanout] is not { } middle)
            {
                bucket |= Fanout - 1; // None of its 256 has anything.
                continue;
            }

            foreach (var item in middle[bucket % Fanout] ?? [])
            {
                yield return item;
            }
        }
    }

    /// <summary>As many buckets from one on as have a number of items, but at least one bucket.</summary>
    public BucketRange RangeFrom(int first, int items)
    {
        var (bucket, count) = (first, 0);
        for (; bucket < BucketRange.Count; bucket++)
        {
            count += _root[bucket / Fanout]?[bucket % Fanout]?.Length ?? 0;
            if (count > items && bucket > first)
            {
                break;
            }
        }

        return new BucketRange(first, bucket);
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => In(BucketRange.All).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

namespace Cdn.Transfer.Sets;

/// <content>Many changes at once.</content>
public sealed partial class PersistentMap<TKey, TValue>
{
    /// <summary>Collects changes to a map; what they share is copied once. For one thread.</summary>
    public sealed class Builder
    {
        private readonly PersistentMap<TKey, TValue> _before;
        private readonly bool[]?[] _isOwn = new bool[Fanout][]; // Which buckets are copied already, of the parts that are.
        private KeyValuePair<TKey, TValue>[]?[]?[] _root;

        internal Builder(PersistentMap<TKey, TValue> before) => (_before, _root, Count) = (before, before._root, before.Count);

        /// <summary>Items.</summary>
        public int Count { get; private set; }

        /// <summary>The value of a key, with the changes so far.</summary>
        public bool TryGetValue(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
        {
            var items = ItemsOf(Contracts.BucketRange.Of(key.StableHash));
            var at = IndexOf(items, key);
            value = at >= 0 ? items[at].Value : default;
            return at >= 0;
        }

        /// <summary>Gives a key a value. Returns whether it had none.</summary>
        public bool Set(TKey key, TValue value)
        {
            var bucket = Contracts.BucketRange.Of(key.StableHash);
            var items = ItemsOf(bucket);
            var at = IndexOf(items, key);
            var isNew = at < 0;
            if (!isNew && _isOwn[bucket / Fanout]?[bucket % Fanout] == true)
            {
                items[at] = new(key, value);
                return false;
            }

            var after = new KeyValuePair<TKey, TValue>[isNew ? items.Length + 1 : items.Length];
            items.CopyTo(after, 0);
            after[isNew ? items.Length : at] = new(key, value);
            Put(bucket, after);
            Count += isNew ? 1 : 0;
            return isNew;
        }

        /// <summary>Gives the keys of some buckets other values, or the same: faster than one by one.</summary>
        public void Update(Contracts.BucketRange buckets, Func<TValue, TValue> change)
        {
            ArgumentNullException.ThrowIfNull(change);
            for (var bucket = buckets.First; bucket < buckets.End; bucket++)
            {
                if (ItemsOf(bucket) is { Length: > 0 } items)
                {
                    Put(bucket, Array.ConvertAll(items, item => new KeyValuePair<TKey, TValue>(item.Key, change(item.Value))));
                }
            }
        }

        /// <summary>Takes a key away. Returns whether it was there.</summary>
        public bool Remove(TKey key)
        {
            var bucket = Contracts.BucketRange.Of(key.StableHash);
            var items = ItemsOf(bucket);
            var at = IndexOf(items, key);
            if (at < 0)
            {
                return false;
            }

            Put(bucket, items.Length == 1 ? null : [.. items.AsSpan(0, at), .. items.AsSpan(at + 1)]);
            Count--;
            return true;
        }

        /// <summary>The map with all changes; the same one if there were none. The builder goes on from it.</summary>
        public PersistentMap<TKey, TValue> ToMap()
        {
            if (_root == _before._root)
            {
                return _before;
            }

            Array.Clear(_isOwn); // What is published is copied before it is changed again.
            var map = new PersistentMap<TKey, TValue>(_root, Count);
            _root = [.. _root];
            return map;
        }

        private static int IndexOf(KeyValuePair<TKey, TValue>[] items, TKey key)
        {
            for (var i = 0; i < items.Length; i++)
            {
                if (items[i].Key.Equals(key))
                {
                    return i;
                }
            }

            return -1;
        }

        private KeyValuePair<TKey, TValue>[] ItemsOf(int bucket) => _root[bucket / Fanout]?[bucket % Fanout] ?? [];

        private void Put(int bucket, KeyValuePair<TKey, TValue>[]? items)
        {
            _root = _root == _before._root ? [.. _root] : _root;
            var high = bucket / Fanout;
            if (_isOwn[high] is not { } isOwn)
            {
                _root[high] = _root[high] is { } middle ? [.. middle] : new KeyValuePair<TKey, TValue>[]?[Fanout];
                _isOwn[high] = isOwn = new bool[Fanout];
            }

            _root[high]![bucket % Fanout] = items;
            isOwn[bucket % Fanout] = true;
        }
    }
}

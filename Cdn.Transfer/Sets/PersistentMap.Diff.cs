namespace Cdn.Transfer.Sets;

/// <content>What differs between two maps.</content>
public sealed partial class PersistentMap<TKey, TValue>
{
    /// <summary>
    /// What is different in <paramref name="after"/>, in the order of the buckets. It costs what changed: where both share their
    /// parts, nothing is looked at.
    /// </summary>
    public static IEnumerable<MapChange<TKey, TValue>> Diff(PersistentMap<TKey, TValue> before, PersistentMap<TKey, TValue> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return before._root == after._root ? [] : DiffOf(before._root, after._root);
    }

    private static IEnumerable<MapChange<TKey, TValue>> DiffOf(
        KeyValuePair<TKey, TValue>[]?[]?[] before, KeyValuePair<TKey, TValue>[]?[]?[] after)
    {
        for (var high = 0; high < Fanout; high++)
        {
            if (before[high] == after[high])
            {
                continue;
            }

            for (var low = 0; low < Fanout; low++)
            {
                var (old, now) = (before[high]?[low], after[high]?[low]);
                if (old == now)
                {
                    continue;
                }

                for (var i = 0; i < now?.Length; i++)
                {
                    var (key, value) = now[i];
                    var at = IndexOf(old, key, i);
                    if (at < 0 || !EqualityComparer<TValue>.Default.Equals(old![at].Value, value))
                    {
                        yield return new(key, at >= 0, at >= 0 ? old![at].Value : default, true, value);
                    }
                }

                for (var i = 0; i < old?.Length; i++)
                {
                    if (IndexOf(now, old[i].Key, i) < 0)
                    {
                        yield return new(old[i].Key, true, old[i].Value, false, default);
                    }
                }
            }
        }
    }

    /// <summary>Where a key is. A change moves few of the others, so it is nearly always where it was.</summary>
    private static int IndexOf(KeyValuePair<TKey, TValue>[]? items, TKey key, int likely)
    {
        if (items is null || (likely < items.Length && items[likely].Key.Equals(key)))
        {
            return items is null ? -1 : likely;
        }

        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Key.Equals(key))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>How two maps differ in one key.</summary>
/// <typeparam name="TKey">Keys.</typeparam>
/// <typeparam name="TValue">Values.</typeparam>
/// <param name="Key">The key.</param>
/// <param name="WasThere">Whether the first one has it.</param>
/// <param name="Before">Its value there.</param>
/// <param name="IsThere">Whether the second one has it.</param>
/// <param name="After">Its value there.</param>
public readonly record struct MapChange<TKey, TValue>(TKey Key, bool WasThere, TValue? Before, bool IsThere, TValue? After);

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

                foreach (var (key, value) in now ?? [])
                {
                    var at = IndexOf(old, key);
                    if (at < 0 || !EqualityComparer<TValue>.Default.Equals(old![at].Value, value))
                    {
                        yield return new(key, at >= 0, at >= 0 ? old![at].Value : default, true, value);
                    }
                }

                foreach (var (key, value) in old ?? [])
                {
                    if (IndexOf(now, key) < 0)
                    {
                        yield return new(key, true, value, false, default);
                    }
                }
            }
        }
    }

    private static int IndexOf(KeyValuePair<TKey, TValue>[]? items, TKey key) =>
        items is null ? -1 : Array.FindIndex(items, item => item.Key.Equals(key));
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

using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;

namespace Cdn.Transfer.Sets;

/// <summary>Something that stands for a key, and can be compared with one without becoming one.</summary>
/// <typeparam name="TKey">Keys.</typeparam>
public interface IKeyLookup<TKey>
{
    /// <summary>The stable hash of the key that it stands for.</summary>
    ulong StableHash { get; }

    /// <summary>Whether it stands for this key.</summary>
    bool IsFor(TKey key);
}

/// <content>Looking up by what stands for a key, so that a request path allocates none.</content>
public sealed partial class PersistentMap<TKey, TValue>
{
    /// <summary>The value of the key that this stands for.</summary>
    public bool TryFind<TLookup>(TLookup lookup, [MaybeNullWhen(false)] out TValue value)
        where TLookup : IKeyLookup<TKey>, allows ref struct
    {
        var bucket = BucketRange.Of(lookup.StableHash);
        if (_root[bucket / Fanout]?[bucket % Fanout] is { } items)
        {
            foreach (ref readonly var item in items.AsSpan())
            {
                if (lookup.IsFor(item.Key))
                {
                    value = item.Value;
                    return true;
                }
            }
        }

        value = default;
        return false;
    }
}

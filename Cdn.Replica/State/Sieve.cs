using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cdn.Replica.State;

/// <summary>
/// SIEVE (Zhang et al., "SIEVE is Simpler than LRU", NSDI '24): one queue in order of arrival, a bit for each entry that a hit
/// sets, and a hand that goes from the oldest to the newest. An entry that the hand finds marked is spared once and unmarked; one
/// that it finds unmarked goes. A hit moves nothing, so <see cref="Visit"/> takes no lock; all else is for one caller at a time.
/// Entries have sizes: whoever needs room calls <see cref="Evict"/> until there is enough.
/// </summary>
internal sealed class Sieve<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Node> _nodes = new();
    private Node? _newest;
    private Node? _oldest;
    private Node? _hand;

    /// <summary>Bytes of all entries: what can be had by evicting.</summary>
    public long Bytes { get; private set; }

    public int Count => _nodes.Count;

    /// <summary>Takes an entry in, as the newest. One that is there already is visited.</summary>
    public void Add(TKey key, long size)
    {
        if (_nodes.TryGetValue(key, out var known))
        {
            known.Visited = true;
            return;
        }

        var node = new Node(key, size) { Older = _newest };
        _nodes[key] = node;
        if (_newest is not null)
        {
            _newest.Newer = node;
        }

        _newest = node;
        _oldest ??= node;
        Bytes += size;
    }

    /// <summary>Remembers a hit; false if the entry is not here.</summary>
    public bool Visit(TKey key)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            return false;
        }

        if (!node.Visited)
        {
            node.Visited = true;
        }

        return true;
    }

    /// <summary>Takes an entry out; false if it is not here.</summary>
    public bool Remove(TKey key)
    {
        if (!_nodes.TryRemove(key, out var node))
        {
            return false;
        }

        Unlink(node);
        return true;
    }

    /// <summary>Chooses the entry to go and takes it out; false if there is none.</summary>
    public bool Evict([MaybeNullWhen(false)] out TKey key)
    {
        key = default;
        if (_oldest is null)
        {
            return false;
        }

        // At most once around to unmark all, and one step more.
        var node = _hand ?? _oldest;
        while (node.Visited)
        {
            node.Visited = false;
            node = node.Newer ?? _oldest;
        }

        _hand = node;
        key = node.Key;
        return Remove(key);
    }

    private void Unlink(Node node)
    {
        if (_hand == node)
        {
            _hand = node.Newer; // Null when it was the newest: then the hand begins again with the oldest.
        }

        if (node.Newer is { } newer)
        {
            newer.Older = node.Older;
        }
        else
        {
            _newest = node.Older;
        }

        if (node.Older is { } older)
        {
            older.Newer = node.Newer;
        }
        else
        {
            _oldest = node.Newer;
        }

        Bytes -= node.Size;
    }

    private sealed class Node(TKey key, long size)
    {
        public TKey Key { get; } = key;

        public long Size { get; } = size;

        public Node? Newer { get; set; }

        public Node? Older { get; set; }

        public bool Visited { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }
    }
}

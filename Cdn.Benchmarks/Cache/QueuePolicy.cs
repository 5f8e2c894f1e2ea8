namespace Cdn.Benchmarks.Cache;

/// <summary>One queue, of which the oldest goes first: FIFO, or LRU if whatever is asked for goes to the end.</summary>
internal sealed class QueuePolicy(string name, long capacity, bool moveOnHit) : ICachePolicy
{
    private readonly Dictionary<int, LinkedListNode<(int Key, long Size)>> _nodes = [];
    private readonly LinkedList<(int Key, long Size)> _queue = new();
    private long _bytes;

    public string Name => name;

    public static QueuePolicy Fifo(long capacity) => new("FIFO", capacity, moveOnHit: false);

    public static QueuePolicy Lru(long capacity) => new("LRU", capacity, moveOnHit: true);

    public bool Ask(int key, long size)
    {
        if (_nodes.TryGetValue(key, out var known))
        {
            if (moveOnHit)
            {
                _queue.Remove(known);
                _queue.AddLast(known);
            }

            return true;
        }

        while (_bytes + size > capacity)
        {
            var oldest = _queue.First!.Value;
            _queue.RemoveFirst();
            _nodes.Remove(oldest.Key);
            _bytes -= oldest.Size;
        }

        _nodes[key] = _queue.AddLast((key, size));
        _bytes += size;
        return false;
    }
}

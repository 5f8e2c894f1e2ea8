namespace Cdn.Placement;

/// <summary>Writes a shard, video by video in the order of the keys.</summary>
/// <param name="most">Most videos that it will have.</param>
internal sealed class PlacementShardWriter(int most)
{
    private readonly ulong[] _keys = new ulong[most];
    private readonly PlacementEntry[] _entries = new PlacementEntry[most];
    private ushort[] _slots = new ushort[4 * most];
    private bool[]? _diverted;
    private int _copies;
    private int _videos;
    private int _used;

    /// <summary>Adds a video of another shard, as it is there.</summary>
    public void Add(PlacementShard shard, int index)
    {
        var slots = shard.SlotsOf(index);
        if (shard.Diverted?[index] == true)
        {
            _diverted ??= new bool[most];
            _diverted[_videos] = true;
        }

        slots.CopyTo(Add(shard.Keys[index], shard.Entries[index], slots.Length));
    }

    /// <summary>Adds a video. Returns its slots, which are to be written before the next one is added.</summary>
    public Span<ushort> Add(ulong key, PlacementEntry entry, int slots)
    {
        (_keys[_videos], _entries[_videos]) = (key, entry with { First = _used });
        _copies = _videos == 0 || _copies == entry.Copies ? entry.Copies : 0;
        _videos++;
        _used += slots;
        if (_used > _slots.Length)
        {
            Array.Resize(ref _slots, 2 * _used);
        }

        return _slots.AsSpan(_used - slots, slots);
    }

    public PlacementShard ToShard() => _videos == 0
        ? PlacementShard.Empty
        : new PlacementShard(_keys[.._videos], _entries[.._videos], _slots[.._used], _diverted?[.._videos], _copies);
}

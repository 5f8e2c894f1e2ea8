using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Placement;

/// <summary>A video that is set, or removed if <paramref name="Video"/> is null.</summary>
internal readonly record struct PlacementChange(ulong Key, VideoName Name, PlacementVideo? Video);

/// <summary>
/// A plan in the making. It begins with the shards of another plan and replaces those that change. First every video is on its
/// best replicas; the bounds come last, in <see cref="ToPlan"/>. So nothing depends on what the plan was before.
/// </summary>
internal sealed class PlacementDraft
{
    private readonly PlacementReplicas _replicas;
    private readonly double _slack;
    private readonly PlacementLimits _limits;
    private readonly PlacementShard[] _shards;
    private readonly bool[] _isOwn;
    private readonly PlannedLoad[] _loads;
    private readonly Dictionary<int, long> _bytesByCopies;
    private readonly List<(int Shard, int Index)> _placed = [];
    private bool _isMoreOnly = true;
    private int _videos;
    private Unplaced _unplaced;

    public PlacementDraft(PlacementPlan plan, PlacementReplicas replicas)
    {
        (_replicas, _slack, _limits) = (replicas, plan.Slack, plan.Limits);
        (_shards, _loads) = (plan.Shards.ToArray(), plan.Loads.ToArray());
        (_videos, _unplaced, _bytesByCopies) = (plan.Sums.Videos, plan.Sums.Unplaced, new(plan.Sums.BytesByCopies));
        _isOwn = new bool[_shards.Length];
    }

    public ReadOnlySpan<PlacementShard> Shards => _shards;

    public ReadOnlySpan<PlannedLoad> Loads => _loads;

    /// <summary>Sets and removes videos.</summary>
    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public void Apply(PlacementChange[] changes)
    {
        Array.Sort(changes, Compare);
        for (int i = 0, end; i < changes.Length; i = end)
        {
            var shard = ShardOf(changes[i].Key);
            for (end = i + 1; end < changes.Length && ShardOf(changes[end].Key) == shard; end++)
            {
                if (Compare(changes[end - 1], changes[end]) == 0)
                {
                    throw new ArgumentException($"'{changes[end].Name}' is to be changed in two ways.", nameof(changes));
                }
            }

            (_shards[shard], _isOwn[shard]) = (Merge(shard, changes.AsSpan(i, end - i)), true);
        }
    }

    /// <summary>
    /// Places anew what some replicas have, and what they attract. Work is proportional to that, but for a look at all slots.
    /// </summary>
    public void Rescore(ImmutableArray<ushort> changed)
    {
        ushort[] coming = [.. changed.Where(replica => _replicas.Weights[replica] > 0)];
        _isMoreOnly &= coming.Length == 0;
        for (var i = 0; i < _shards.Length; i++)
        {
            for (int at = 0, next; (next = _shards[i].Slots.AsSpan(at).IndexOfAny(changed.AsSpan())) >= 0;)
            {
                var own = Own(i);
                var index = own.EntryOf(at + next);
                if (own.Diverted?[index] != true)
                {
                    PlaceWithout(own, index, changed.AsSpan());
                }

                _placed.Add((i, index));
                at = own.Entries[index].First + own.SlotsOf(index).Length;
            }

            for (var index = 0; coming.Length > 0 && index < _shards[i].Keys.Length; index++)
            {
                if (IsAttracted(_shards[i], index, coming))
                {
                    PlaceAnew(Own(i), index);
                }
            }
        }
    }

    /// <summary>Ends it: sees to the bounds.</summary>
    public PlacementPlan ToPlan()
    {
        var sums = new PlacementSums(_videos, _bytesByCopies.ToImmutableSortedDictionary(), _unplaced);
        var shares = PlacementShares.Of(_replicas, sums.WantedOn(_replicas.In), sums.Once, _slack);

        // Where the plan before ended is on the way if there is only more to place, and on no more room; and if whoever turned
        // something away then may still have something.
        var goesOn = _isMoreOnly
            && !_limits.HasHomeless
            && shares.Bound.Zip(_limits.Bound).All(bound => bound.First <= bound.Second)
            && _limits.Thresholds.Index().All(one => one.Item == PlacementLimits.Open || _replicas.Weights[one.Index] > 0);
        var thresholds = goesOn ? [.. _limits.Thresholds] : PlacementLimits.None(_loads.Length).Thresholds;
        var balance = new PlacementBalance(_replicas, shares, thresholds, this);
        if (!goesOn)
        {
            Undivert();
        }
        else if (!_limits.IsFree)
        {
            _placed.ForEach(at => balance.Settle(at.Shard, at.Index));
        }

        balance.Settle();
        var hasHomeless = balance.House();
        return new PlacementPlan(
            _replicas, _slack, _shards, _loads, sums with { Unplaced = _unplaced }, new PlacementLimits(shares.Bound, thresholds, hasHomeless));
    }

    /// <summary>Puts a video on other than its best replicas.</summary>
    public void Divert(int shard, int index, ReadOnlySpan<ushort> replicas)
    {
        var own = Own(shard);
        if (own.Diverted is null)
        {
            _shards[shard] = own = own with { Diverted = new bool[own.Entries.Length] };
        }

        own.Diverted[index] = true;
        Count(own, index, -1);
        var slots = own.SlotsOf(index);
        slots.Fill(PlacementReplicas.None);
        replicas.CopyTo(slots);
        Count(own, index, 1);
    }

    /// <summary>All diverted videos.</summary>
    public IEnumerable<(int Shard, int Index)> Diverted() =>
        from shard in Enumerable.Range(0, _shards.Length)
        where _shards[shard].Diverted is not null
        from index in Enumerable.Range(0, _shards[shard].Entries.Length)
        where _shards[shard].Diverted![index]
        select (shard, index);

    /// <summary>The videos of a replica, and which of their copies it has, from 0.</summary>
    public IEnumerable<(int Shard, int Index, int Turn)> HeldBy(ushort replica)
    {
        for (var i = 0; i < _shards.Length; i++)
        {
            var shard = _shards[i];
            for (int at = 0, next; (next = shard.Slots.AsSpan(at).IndexOf(replica)) >= 0; at += next + 1)
            {
                var index = shard.EntryOf(at + next);
                var turn = at + next - shard.Entries[index].First;
                if (turn < shard.Entries[index].Copies)
                {
                    yield return (i, index, turn);
                }
            }
        }
    }

    /// <summary>Puts all videos on their best replicas.</summary>
    private void Undivert()
    {
        foreach (var (shard, index) in Diverted().ToList())
        {
            PlaceAnew(Own(shard), index);
        }

        for (var i = 0; i < _shards.Length; i++)
        {
            _shards[i] = _shards[i].Diverted is null ? _shards[i] : _shards[i] with { Diverted = null };
        }
    }

    private static int ShardOf(ulong key) => (int)(key >> (64 - PlacementShard.Bits));

    private static int Compare(PlacementChange one, PlacementChange other) => Compare(one.Key, one.Name, other.Key, other.Name);

    private static int Compare(ulong oneKey, VideoName one, ulong otherKey, VideoName other) =>
        oneKey != otherKey ? oneKey.CompareTo(otherKey) : string.CompareOrdinal(one.Value, other.Value);

    /// <summary>A shard whose slots may be written.</summary>
    private PlacementShard Own(int shard)
    {
        if (!_isOwn[shard])
        {
            (_shards[shard], _isOwn[shard]) = (Copy(_shards[shard]), true);
        }

        return _shards[shard];
    }

    private static PlacementShard Copy(PlacementShard shard) =>
        shard with { Slots = [.. shard.Slots], Diverted = shard.Diverted is null ? null : [.. shard.Diverted] };

    /// <summary>
    /// Whether one of the replicas that are new or have grown is better for a video than the last one that it has.
    /// </summary>
    private bool IsAttracted(PlacementShard shard, int index, ReadOnlySpan<ushort> coming)
    {
        var key = shard.Keys[index];
        var slots = Known(shard.SlotsOf(index));
        var worst = slots.Length < shard.Entries[index].Copies ? double.PositiveInfinity : _replicas.Cost(key, slots[^1]);
        foreach (var replica in coming)
        {
            if (_replicas.Cost(key, replica) < worst)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes replicas off a video that have left, or whose place in the order is another one.</summary>
    private void PlaceWithout(PlacementShard shard, int index, ReadOnlySpan<ushort> changed)
    {
        Count(shard, index, -1);
        var slots = shard.SlotsOf(index);
        var (kept, isReordered) = (0, false);
        foreach (var replica in slots)
        {
            var isChanged = changed.Contains(replica);
            isReordered |= isChanged && _replicas.Weights[replica] > 0;
            if (!isChanged && replica != PlacementReplicas.None)
            {
                slots[kept++] = replica;
            }
        }

        slots[kept..].Fill(PlacementReplicas.None);
        if (isReordered || kept < Math.Min(shard.Entries[index].Copies, _replicas.In))
        {
            _replicas.Best(shard.Keys[index], slots);
        }

        Count(shard, index, 1);
    }

    private static ReadOnlySpan<ushort> Known(ReadOnlySpan<ushort> slots) =>
        slots.IndexOf(PlacementReplicas.None) is >= 0 and var end ? slots[..end] : slots;

    private void PlaceAnew(PlacementShard shard, int index)
    {
        Count(shard, index, -1);
        _replicas.Best(shard.Keys[index], shard.SlotsOf(index));
        Count(shard, index, 1);
    }

    /// <summary>Adds what a video takes to the sums, or takes it off if <paramref name="sign"/> is -1.</summary>
    private void Count(PlacementShard shard, int index, int sign)
    {
        var entry = shard.Entries[index];
        var replicas = shard.ReplicasOf(index);
        foreach (var replica in replicas)
        {
            _loads[replica] = _loads[replica].Add(sign, sign * entry.Size);
        }

        _unplaced = _unplaced.Add(sign, entry, replicas.Length);
    }

    private void CountVideo(PlacementShard shard, int index, int sign)
    {
        var entry = shard.Entries[index];
        Count(shard, index, sign);
        _videos += sign;
        _bytesByCopies[entry.Copies] = _bytesByCopies.GetValueOrDefault(entry.Copies) + (sign * entry.Size);
    }

    /// <summary>A shard with changes, which are sorted as its videos are.</summary>
    private PlacementShard Merge(int shard, ReadOnlySpan<PlacementChange> changes)
    {
        var before = _shards[shard];
        var writer = new PlacementShardWriter(before.Keys.Length + changes.Length);
        var old = 0;
        foreach (var change in changes)
        {
            int order;
            while ((order = old == before.Keys.Length ? 1 : Compare(before.Keys[old], before.Entries[old].Name, change.Key, change.Name)) < 0)
            {
                writer.Add(before, old++);
            }

            if (order == 0)
            {
                _isMoreOnly = false;
                CountVideo(before, old++, -1);
            }

            if (change.Video is { } video)
            {
                var copies = (ushort)Math.Clamp(video.Copies, 1, PlacementReplicas.None - 1);
                var slots = writer.Add(
                    change.Key, new PlacementEntry(video.Name, video.Size, 0, copies), Math.Min(copies + PlacementShard.Spares, _replicas.All.Length));
                _replicas.Best(change.Key, slots);
            }
        }

        for (; old < before.Keys.Length; old++)
        {
            writer.Add(before, old);
        }

        var after = writer.ToShard();
        foreach (var change in changes)
        {
            if (change.Video is not null)
            {
                var index = after.IndexOf(change.Key, change.Name);
                CountVideo(after, index, 1);
                _placed.Add((shard, index));
            }
        }

        return after;
    }
}

using System.Numerics;

namespace Cdn.Controller.Placement;

/// <summary>
/// Bounded loads: keeps every replica within its bound, where the best replicas of all videos would not (the idea is Mirrokni, Thorup and
/// Zadimoghaddam's, 2016). The videos take turns, all of them for their first copy before any for its second, large ones before small ones
/// (these find a place where those do not), and then by key. Each takes the best replica that has room for it. The order is a function of
/// the videos alone, so the outcome is, too.
/// </summary>
/// <remarks>
/// A video that is within nobody's bound, because there are few videos or it is a very large one, goes to the replica that it makes
/// least full; it is left out only if no replica has room.
/// </remarks>
/// <param name="replicas">The replicas.</param>
/// <param name="shares">What they may hold.</param>
/// <param name="shards">All videos on their best replicas; the slots are written, and shards with diverted videos replaced.</param>
/// <param name="loads">Is written.</param>
internal sealed class PlacementBalance(PlacementReplicas replicas, PlacementShares shares, PlacementShard[] shards, PlannedLoad[] loads)
{
    /// <summary>Returns what has no place.</summary>
    public Unplaced Run()
    {
        Array.Clear(loads);
        var order = InOrder();
        var turns = shards.Max(shard => shard.Entries.Length == 0 ? 0 : shard.Entries.Max(entry => Math.Min(entry.Copies, loads.Length)));
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var (shard, index) in order)
            {
                TakeTurn(shard, index, turn);
            }
        }

        var unplaced = default(Unplaced);
        foreach (var (shard, index) in order)
        {
            unplaced = unplaced.Add(1, shards[shard].Entries[index], shards[shard].ReplicasOf(index).Length);
        }

        return unplaced;
    }

    /// <summary>All videos by size, as far as its leading bit tells, the large ones first; then by key.</summary>
    private (int Shard, int Index)[] InOrder()
    {
        var classes = new int[66]; // Of each leading bit where its videos begin, in descending order; 65 for sizes of 0.
        foreach (var shard in shards)
        {
            foreach (var entry in shard.Entries)
            {
                classes[BitOperations.LeadingZeroCount((ulong)entry.Size) + 1]++;
            }
        }

        for (var i = 1; i < classes.Length; i++)
        {
            classes[i] += classes[i - 1];
        }

        var order = new (int, int)[classes[^1]];
        for (var shard = 0; shard < shards.Length; shard++)
        {
            for (var index = 0; index < shards[shard].Entries.Length; index++)
            {
                order[classes[BitOperations.LeadingZeroCount((ulong)shards[shard].Entries[index].Size)]++] = (shard, index);
            }
        }

        return order;
    }

    private void TakeTurn(int shard, int index, int turn)
    {
        var slots = shards[shard].SlotsOf(index);
        if (turn >= slots.Length)
        {
            return;
        }

        var size = shards[shard].Entries[index].Size;
        var isDiverted = shards[shard].Diverted?[index] ?? false;
        if (!isDiverted && slots[turn] != PlacementReplicas.None && loads[slots[turn]].Bytes + size > shares.Bound[slots[turn]])
        {
            var diverted = shards[shard].Diverted ?? new bool[shards[shard].Entries.Length];
            diverted[index] = isDiverted = true;
            shards[shard] = shards[shard] with { Diverted = diverted };
        }

        if (isDiverted)
        {
            slots[turn] = Elsewhere(shards[shard].Keys[index], size, slots[..turn]);
        }

        if (slots[turn] != PlacementReplicas.None)
        {
            loads[slots[turn]] = loads[slots[turn]].Add(1, size);
        }
    }

    /// <summary>The best replica that has room and is not taken; else the one that would be least full; else none.</summary>
    private ushort Elsewhere(ulong key, long size, ReadOnlySpan<ushort> taken)
    {
        var (best, bestCost) = (PlacementReplicas.None, double.PositiveInfinity);
        var (emptiest, leastFull) = (PlacementReplicas.None, double.PositiveInfinity);
        for (ushort i = 0; i < loads.Length; i++)
        {
            var load = loads[i].Bytes + size;
            if (load > shares.Room[i] || replicas.Weights[i] == 0 || taken.Contains(i))
            {
                continue;
            }

            if (load <= shares.Bound[i] && replicas.Cost(key, i) is var cost && cost < bestCost)
            {
                (best, bestCost) = (i, cost);
            }

            if (load / shares.Fair[i] < leastFull)
            {
                (emptiest, leastFull) = (i, load / shares.Fair[i]);
            }
        }

        return best != PlacementReplicas.None ? best : emptiest;
    }
}

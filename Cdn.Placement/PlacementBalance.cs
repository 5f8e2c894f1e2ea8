namespace Cdn.Placement;

/// <summary>
/// Bounded loads, by deferred acceptance: a replica that is above its bound keeps the copies that it ranks best and turns the
/// others away; a video that was turned away goes to its next best replica that takes it.
/// </summary>
/// <remarks>
/// Each replica has a threshold, and takes what ranks below it. A video's replicas are the first in its order that take it, so
/// they are a function of the thresholds. Thresholds start open and are only ever lowered, each until its replica is within its
/// bound. Lowering one never takes load off another one; so whatever must be lowered must be lowered in any order, and the end is
/// the same in every order. For the same reason a video more can be added to where it ended without it, which touches nothing but
/// what the video displaces.
/// </remarks>
internal sealed class PlacementBalance(PlacementReplicas replicas, PlacementShares shares, ulong[] thresholds, PlacementDraft draft)
{
    /// <summary>Replicas beyond the wanted copies that are looked at first: 13. If none of them takes it, all are.</summary>
    private const int Alternatives = 13;

    private readonly ushort[] _order = new ushort[replicas.All.Length];

    /// <summary>Lowers thresholds until every replica is within its bound.</summary>
    public void Settle()
    {
        for (var isSettled = false; !isSettled;)
        {
            isSettled = true;
            for (var i = 0; i < thresholds.Length; i++)
            {
                if (draft.Loads[i].Bytes > shares.Bound[i])
                {
                    TurnAway((ushort)i);
                    isSettled = false;
                }
            }
        }
    }

    /// <summary>Sees to a video that is new to its replicas, or has lost one.</summary>
    public void Settle(int shard, int index)
    {
        if (draft.Shards[shard].Diverted?[index] == true)
        {
            Divert(shard, index);
            return;
        }

        var slots = draft.Shards[shard].ReplicasOf(index);
        for (var turn = 0; turn < slots.Length; turn++)
        {
            if (!Takes(slots[turn], shard, index, turn))
            {
                Divert(shard, index);
                return;
            }
        }
    }

    /// <summary>
    /// Sees to diverted videos that too few replicas take, as a very large one, or all when there is little room: each copy goes
    /// to the replica that it makes least full. First copies come before second ones, and then large videos before small ones.
    /// </summary>
    /// <returns>Whether there is one.</returns>
    public bool House()
    {
        var homeless = draft.Diverted().Where(at => draft.Shards[at.Shard].ReplicasOf(at.Index).Length < Wanted(at.Shard, at.Index)).ToList();
        homeless.Sort((one, other) => (Size(other), one).CompareTo((Size(one), other)));
        for (var turn = 0; turn < replicas.In; turn++)
        {
            foreach (var (shard, index) in homeless)
            {
                var taken = draft.Shards[shard].ReplicasOf(index);
                if (taken.Length == turn && turn < Wanted(shard, index)
                    && LeastFull(Size((shard, index)), draft.Shards[shard].Keys[index], taken) is var replica && replica != PlacementReplicas.None)
                {
                    draft.Divert(shard, index, [.. taken, replica]);
                }
            }
        }

        return homeless.Count > 0;
    }

    private long Size((int Shard, int Index) at) => draft.Shards[at.Shard].Entries[at.Index].Size;

    private int Wanted(int shard, int index) => Math.Min(draft.Shards[shard].Entries[index].Copies, replicas.In);

    private void TurnAway(ushort replica)
    {
        foreach (var (shard, index, _) in draft.HeldBy(replica).Where(at => Size((at.Shard, at.Index)) > shares.Bound[replica]).ToList())
        {
            Divert(shard, index); // It would have everything else turned away before it.
        }

        var held = draft.HeldBy(replica)
            .Select(at => (Rank: RankOf(replica, at.Shard, at.Index, at.Turn), at.Shard, at.Index))
            .OrderByDescending(copy => copy.Rank)
            .ToList();
        var (left, away) = (draft.Loads[replica].Bytes, 0);
        for (; left > shares.Bound[replica]; away++)
        {
            left -= Size((held[away].Shard, held[away].Index));
            thresholds[replica] = held[away].Rank;
        }

        foreach (var (_, shard, index) in held.TakeWhile(copy => copy.Rank >= thresholds[replica]))
        {
            Divert(shard, index);
        }
    }

    /// <summary>Puts a video on the first replicas of its order that take it.</summary>
    private void Divert(int shard, int index)
    {
        var wanted = Wanted(shard, index);
        var key = draft.Shards[shard].Keys[index];
        var taken = new List<ushort>(wanted);
        var looked = 0;
        foreach (var look in (ReadOnlySpan<int>)[Math.Min(wanted + Alternatives, _order.Length), _order.Length])
        {
            if (taken.Count == wanted || look == looked)
            {
                break;
            }

            var order = _order.AsSpan(0, look);
            replicas.Best(key, order);
            for (; looked < look && taken.Count < wanted && order[looked] != PlacementReplicas.None; looked++)
            {
                if (Takes(order[looked], shard, index, taken.Count))
                {
                    taken.Add(order[looked]);
                }
            }
        }

        draft.Divert(shard, index, [.. taken]);
    }

    private bool Takes(ushort replica, int shard, int index, int turn) =>
        Size((shard, index)) <= shares.Bound[replica]
        && (thresholds[replica] == PlacementLimits.Open || RankOf(replica, shard, index, turn) < thresholds[replica]);

    private ulong RankOf(ushort replica, int shard, int index, int turn) =>
        PlacementLimits.RankOf(turn, replicas.Cost(draft.Shards[shard].Keys[index], replica), Size((shard, index)));

    /// <summary>Of those that are equally full, the better one for the video.</summary>
    private ushort LeastFull(long size, ulong key, ReadOnlySpan<ushort> taken)
    {
        var (best, leastFull) = (PlacementReplicas.None, (Load: double.PositiveInfinity, Cost: double.PositiveInfinity));
        for (ushort i = 0; i < thresholds.Length; i++)
        {
            var load = draft.Loads[i].Bytes + size;
            if (load <= shares.Room[i] && replicas.Weights[i] > 0 && !taken.Contains(i)
                && (load / shares.Fair[i], replicas.Cost(key, i)) is var full && full.CompareTo(leastFull) < 0)
            {
                (best, leastFull) = (i, full);
            }
        }

        return best;
    }
}

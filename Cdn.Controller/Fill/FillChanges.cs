using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Fill;

/// <summary>
/// Brings the queues up to date with a snapshot, by what differs from the one before: a change costs what changed.
/// </summary>
internal static class FillChanges
{
    public static void Absorb(FillState state, ClusterSnapshot snapshot)
    {
        var before = state.Seen ?? new ClusterSnapshot(0, null, PersistentMap<VideoName, VideoRow>.Empty, snapshot.Replicas) { IsPartial = snapshot.IsPartial };
        state.Seen = snapshot;
        foreach (var change in SnapshotDiff.Between(before, snapshot))
        {
            Take(state, before, snapshot, change);
        }

        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            Look(state, i, snapshot);
        }

        if (before.Demand != snapshot.Demand)
        {
            MoveToTheFront(state, snapshot);
        }
    }

    private static void Take(FillState state, ClusterSnapshot before, ClusterSnapshot snapshot, RowChange change)
    {
        var isOther = change.Before?.Current?.Sha256 != change.After?.Current?.Sha256;
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            var lacked = change.Before is not null && before.Lacks(i, change.Before);
            var lacks = change.After is not null && snapshot.Lacks(i, change.After);
            if (!state.Replicas[i].IsKnown)
            {
                continue; // It is looked through when its inventory has been read.
            }

            if (lacked && (!lacks || isOther))
            {
                Settle(state, i, change.Before!.Current!);
            }

            if (change.After is { } row && (lacks ? !lacked || isOther : IsToGo(change.Before, row, i) || state.IsSurplus(i, row)))
            {
                state.Queue(i, row);
            }
            else if (!lacks)
            {
                state.Replicas[i].SurplusSince.Remove(change.Name);
            }
        }

        if (isOther && change.Before?.Current is { } old)
        {
            state.Contents.Remove(old);
        }

        if (isOther && change.After?.Current is { } young)
        {
            state.Contents.Add(young);
        }

        if (state.TrafficOf(change.Name) is not null)
        {
            state.Move(change.Name, _ => { }); // Somebody may have got it who was waited for.
        }
    }

    /// <summary>Whether a replica has just come to hold what the catalog does not have.</summary>
    private static bool IsToGo(VideoRow? before, VideoRow row, int replica) =>
        row.Current is null && row.HeldBy(replica) is { } held && !(before is { Current: null } && before.HeldBy(replica) == held);

    /// <summary>A replica has it, or is to have another version.</summary>
    private static void Settle(FillState state, int replica, CatalogVideo video)
    {
        var work = state.Replicas[replica];
        work.Unproven.Remove(video.Name);
        work.Failed.Remove(video.Name);
        work.Release(video.Sha256);
        if (state.TrafficOf(video.Name) is not null)
        {
            work.Waiting.Remove(video.Name);
            state.Move(video.Name, traffic => traffic.Forget(replica));
        }
    }

    private static void Look(FillState state, int replica, ClusterSnapshot snapshot)
    {
        var (work, view) = (state.Replicas[replica], snapshot.Replicas[replica]);
        if (!work.IsKnown && view.IsRead)
        {
            work.IsKnown = true;
            foreach (var (_, row) in snapshot.Videos)
            {
                state.Queue(replica, row);
            }
        }

        var isDown = view.State == ReplicaState.Down;
        if (isDown && !work.WasDown)
        {
            Forget(state, replica);
        }

        if (isDown != work.WasDown)
        {
            work.WasDown = isDown;
            state.WakeAll(); // Others may have waited for it, or may get something from it.
        }
    }

    /// <summary>The replica is away, and may be another one when it is back.</summary>
    private static void Forget(FillState state, int replica)
    {
        var work = state.Replicas[replica];
        state.ForgetFailures(replica);
        work.Gate.Open();
        work.Unproven.Clear();
        foreach (var (video, _) in work.Answers)
        {
            state.Move(video, traffic => traffic.Settle(replica));
            state.LookAgain(replica, video);
        }

        work.Answers.Clear();
    }

    /// <summary>What is in demand is queued once more, before what is not.</summary>
    private static void MoveToTheFront(FillState state, ClusterSnapshot snapshot)
    {
        foreach (var name in snapshot.Demand.Periods.IsEmpty ? [] : snapshot.Demand.Periods[^1].Videos.Keys)
        {
            if (snapshot.Videos.GetValueOrDefault(name) is not { Current: { } video } row)
            {
                continue;
            }

            for (var i = 0; i < snapshot.Replicas.Length; i++)
            {
                if (state.Replicas[i].IsKnown && snapshot.Lacks(i, row))
                {
                    state.Replicas[i].Lack(video, snapshot);
                }
            }
        }
    }
}

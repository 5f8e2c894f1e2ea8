using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>
/// Steps F4 and F5: what is to be done now so that every replica comes to hold what belongs there, and nothing else. A function
/// of what is remembered, what is known, and the time, which is monotonic; it does nothing itself. What is pushed is believed
/// when the inventory proves it.
/// </summary>
internal static class FillPlanner
{
    /// <summary>Longest time between two looks: 1 s.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public static FillStep Next(FillState state, ClusterSnapshot snapshot, TimeSpan now)
    {
        state.Now = now;
        if (snapshot.Catalog is not { IsRemembered: false } || (snapshot.IsPartial && snapshot.Plan is null))
        {
            return new FillStep([], now + LookEvery); // It is not known yet what belongs where.
        }

        if (!ReferenceEquals(state.Seen, snapshot))
        {
            FillChanges.Absorb(state, snapshot);
        }

        var turn = new FillTurn(state, snapshot, now);
        turn.GiveUpWhatIsLost();
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            Return(state, i, snapshot.Replicas[i].ProvenAt, now);
        }

        if (now >= state.WakeAllAt)
        {
            state.WakeAll();
            var origin = state.GateOf(PushRoute.Origin);
            state.WakeAllAt = origin.OpensAt > now + FillLimits.LongestWait ? origin.OpensAt : now + FillLimits.LongestWait;
        }

        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            turn.Start((int)((i + state.Turn) % snapshot.Replicas.Length)); // Nobody is first always: there may be few slots for all.
        }

        state.Turn++;
        return new FillStep(turn.Actions, LookAgainAt(state, now));
    }

    /// <summary>Takes what came of an action. One that is told twice is taken once.</summary>
    public static void Take(FillState state, FillResult result, TimeSpan now)
    {
        state.Now = now;
        if (!state.Running.Remove(result.Id, out var action))
        {
            return;
        }

        state.GivenUp.Remove(result.Id);
        var receipts = result.Receipts.DistinctBy(receipt => receipt.Video).ToDictionary(receipt => receipt.Video);
        switch (action)
        {
            case FillAction.Push push:
                state.Replicas[push.Target].Running--;
                foreach (var video in push.Videos)
                {
                    FillOutcome.Take(state, push, video, ReceiptOf(video.Name), now);
                }

                break;
            case FillAction.Drop drop:
                state.Replicas[drop.Target].Running--;
                foreach (var video in drop.Videos)
                {
                    FillOutcome.Take(state, drop.Target, ReceiptOf(video.Name), now);
                }

                break;
        }

        VideoReceipt ReceiptOf(VideoName name) => receipts.GetValueOrDefault(name)
            ?? new VideoReceipt(name, 502, "Nothing is said of it.");
    }

    /// <summary>What cannot be filled: what failed three times in a row, and fails still.</summary>
    public static FillTroubles Troubles(FillState state)
    {
        const int Tries = 3;
        var (count, first) = (0, ImmutableArray.CreateBuilder<FillTrouble>());
        for (var i = 0; state.Seen is { } seen && i < seen.Replicas.Length; i++)
        {
            foreach (var (video, failed) in state.Replicas[i].Failed)
            {
                if (failed.Tries >= Tries)
                {
                    count++;
                    first.Add(new FillTrouble(seen.Replicas[i].Name, video, failed.Tries, failed.Reason));
                }
            }
        }

        first.Sort((one, other) => (other.Tries, one.Video.Value).CompareTo((one.Tries, other.Video.Value)));
        return count == 0 ? FillTroubles.None : new FillTroubles(count, [.. first.Take(FillTroubles.Told)]);
    }

    /// <summary>Takes up again what is due, and what was answered and is not proven.</summary>
    private static void Return(FillState state, int replica, TimeSpan provenAt, TimeSpan now)
    {
        var work = state.Replicas[replica];
        while (work.Answers.TryPeek(out var answer) && answer.AnsweredAt < provenAt)
        {
            work.Answers.Dequeue();
            if (work.Unproven.Remove(answer.Video) && state.Seen!.Videos.GetValueOrDefault(answer.Video) is { } row && state.Seen.Lacks(replica, row))
            {
                state.Move(answer.Video, traffic => traffic.Settle(replica));
                FillOutcome.Fail(state, replica, answer.Video, 0, "It was verified, and is not in the inventory.", now);
            }
            else
            {
                state.LookAgain(replica, answer.Video); // It was dropped, or is not to be there any more.
            }
        }

        while (work.Retries.TryPeek(out var video, out var dueAt) && dueAt <= now)
        {
            work.Retries.Dequeue();
            state.LookAgain(replica, video);
        }
    }

    private static TimeSpan LookAgainAt(FillState state, TimeSpan now)
    {
        var at = now + LookEvery;
        foreach (var work in state.Replicas)
        {
            at = work.Retries.TryPeek(out _, out var dueAt) && dueAt < at ? dueAt : at;
            at = work.Gate.OpensAt > now && work.Gate.OpensAt < at ? work.Gate.OpensAt : at;
        }

        return at;
    }
}

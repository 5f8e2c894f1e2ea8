using Cdn.Contracts;

namespace Cdn.Controller.Fill;

/// <summary>What follows from how a piece of work ended.</summary>
internal static class FillOutcome
{
    /// <summary>Status of what was given up, as one of the two is down or silent.</summary>
    public const int GivenUp = 499;

    public static void Take(FillState state, FillAction.Push push, CatalogVideo video, VideoReceipt receipt, TimeSpan now)
    {
        var work = state.Replicas[push.Target];
        if (receipt.IsDone)
        {
            state.GateOf(push.Source).Open();
            work.Gate.Open();
            work.FirstFailures = 0;
            work.Unproven[video.Name] = video.Sha256;
            work.Answers.Enqueue((video.Name, now));
            state.Move(video.Name, traffic => traffic.Succeeded(push.Target, video.Sha256));
            if (state.Seen?.Videos.GetValueOrDefault(video.Name) is { } row
                && (row.Keepers.Contains(push.Target) || row.Current?.Sha256 != video.Sha256))
            {
                // Its inventory was faster, or it is out of date already.
                work.Failed.Remove(video.Name);
                work.Unproven.Remove(video.Name);
                state.Move(video.Name, traffic => traffic.Settle(push.Target));
                state.Queue(push.Target, row);
            }

            return;
        }

        var isSilent = receipt.Status is 0 or 503;
        var isUpstream = receipt.Status is 424 or GivenUp
            || (receipt.Status == 409 && push.Source != PushRoute.Origin && state.TrafficOf(video.Name)?.SenderTo(push.Source) is not null)
            || (isSilent && push.Source == PushRoute.Origin);
        state.Move(video.Name, traffic => traffic.Failed(push.Target, push.Source, isUpstream));
        if (isSilent)
        {
            state.GateOf(push.Source).Failed(now, state.Limits.LongestRetry, (ulong)push.Source);
        }

        if (isSilent && push.Source == PushRoute.Origin)
        {
            work.Retries.Enqueue(video.Name, state.GateOf(push.Source).OpensAt); // It is not about this video.
            return;
        }

        if (receipt.Status == 507)
        {
            work.Gate.Failed(now, state.Limits.LongestRetry, (ulong)push.Target, Math.Max(video.Size, 1));
        }

        Fail(state, push.Target, video.Name, receipt.Status, receipt.Reason ?? $"It was answered with {receipt.Status}.", now);
        CountFirst(state, push.Target, video.Name, receipt.Status, now);
    }

    /// <summary>A replica was to drop a video. What it does not hold, or holds otherwise by now, its inventory tells.</summary>
    public static void Take(FillState state, int replica, VideoReceipt receipt, TimeSpan now)
    {
        var work = state.Replicas[replica];
        work.Dropping.Remove(receipt.Video);
        if (receipt.IsDone || receipt.Status == 404)
        {
            work.Failed.Remove(receipt.Video);
            work.Answers.Enqueue((receipt.Video, now));
            return;
        }

        Fail(state, replica, receipt.Video, receipt.Status, $"It cannot be dropped: {receipt.Reason ?? "no answer"}", now);
    }

    /// <summary>Remembers a failure, and when it is tried again.</summary>
    public static void Fail(FillState state, int replica, VideoName video, int status, string reason, TimeSpan now)
    {
        var work = state.Replicas[replica];
        var tries = work.Failed.GetValueOrDefault(video).Tries + 1;
        var dueAt = now + Backoff.After(tries, state.Limits.LongestRetry, video, replica);
        work.Failed[video] = new FailedTry(tries, status, reason, dueAt);
        work.Retries.Enqueue(video, dueAt);
    }

    /// <summary>
    /// If one video after the other fails at its first try, it is not about the videos. What is overtaken or upstream says
    /// nothing of the replica, and what fails again and again is not counted again: else one bad video would keep the others
    /// away.
    /// </summary>
    private static void CountFirst(FillState state, int replica, VideoName video, int status, TimeSpan now)
    {
        var work = state.Replicas[replica];
        if (status is 404 or 409 or 424 or GivenUp || work.Failed[video].Tries > 1)
        {
            return;
        }

        if (++work.FirstFailures >= FillLimits.MostFirstFailures)
        {
            work.Gate.Failed(now, state.Limits.LongestRetry, (ulong)replica);
        }
    }
}

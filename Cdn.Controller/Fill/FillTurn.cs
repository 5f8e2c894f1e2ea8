using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>One look at everything: what is begun now.</summary>
internal sealed class FillTurn(FillState state, ClusterSnapshot snapshot, TimeSpan now)
{
    /// <summary>
    /// Time that a video is left where it does not belong: a quarter of a period of demand (15 s if nothing else is set), and 3
    /// s. Controllers read six times in one, slower if a replica is silent, and not at the same moment; what one of them wants
    /// more copies of already is not to be removed by another.
    /// </summary>
    private const double SurplusPatience = 0.25;

    private static readonly TimeSpan SurplusPatienceAtLeast = TimeSpan.FromSeconds(3);

    private readonly ImmutableArray<FillAction>.Builder _actions = ImmutableArray.CreateBuilder<FillAction>();

    public ImmutableArray<FillAction> Actions => _actions.ToImmutable();

    /// <summary>What goes on with a replica that is down may never end: one that is frozen keeps its connections.</summary>
    public void GiveUpWhatIsLost()
    {
        foreach (var action in state.Running.Values)
        {
            var isLost = action switch
            {
                FillAction.Push push => IsDown(push.Target) || (push.Source != PushRoute.Origin && IsDown(push.Source)),
                FillAction.Drop drop => IsDown(drop.Target),
                _ => false,
            };
            if (isLost && state.GivenUp.Add(action.Id))
            {
                _actions.Add(new FillAction.GiveUp(action.Id));
            }
        }
    }

    /// <summary>Begins what can be begun for a replica.</summary>
    public void Start(int replica)
    {
        var work = state.Replicas[replica];
        if (snapshot.Replicas[replica].State != ReplicaState.Up || !work.IsKnown)
        {
            return;
        }

        Drop(replica, work);
        Push(replica, work);
    }

    private bool IsDown(int replica) => snapshot.Replicas[replica].State == ReplicaState.Down;

    private int Free(ReplicaWork work) => Math.Min(state.Limits.PerReplica - work.Running, state.Limits.Total - state.Running.Count);

    private void Begin(FillAction action, ReplicaWork work)
    {
        work.Running++;
        state.Running[action.Id] = action;
        _actions.Add(action);
    }

    /// <summary>Drops go together: to the replica that is one transaction, however many they are.</summary>
    private void Drop(int replica, ReplicaWork work)
    {
        while (Free(work) > 0)
        {
            var videos = ImmutableArray.CreateBuilder<HeldVideo>();
            while (videos.Count < Limits.MaxBatchVideos && NextToDrop(replica) is { } video)
            {
                work.Dropping.Add(video.Name);
                videos.Add(video);
            }

            if (videos.Count == 0)
            {
                return;
            }

            Begin(new FillAction.Drop(state.NextId(), replica, videos.ToImmutable()), work);
        }
    }

    /// <summary>Pushes of large videos one by one; small ones gather by source, and go together.</summary>
    private void Push(int replica, ReplicaWork work)
    {
        var batches = new Dictionary<int, Batch>();
        while (Free(work) > 0 && work.Waiting.Count < FillLimits.MostWaiting && work.Lacking.TryPeek(out var name, out var order))
        {
            if (DueRow(replica, work, name) is not { Current: { } video } row)
            {
                work.Lacking.Dequeue();
                continue;
            }

            if (work.Gate.IsShut(now, video.Size))
            {
                if (order.Requests == 0)
                {
                    break; // All that follow are at least as large.
                }

                work.Lacking.Dequeue();
                work.Retries.Enqueue(name, work.Gate.OpensAt);
                continue;
            }

            if (PushRoute.SourceOf(row, replica, snapshot, state, now) is not { } source)
            {
                work.Lacking.Dequeue();
                state.Wait(replica, name);
                continue;
            }

            var isSmall = video.Size <= Limits.MaxBatchedVideoBytes && !HoldsUnderAnotherName(replica, work, video);
            var batch = isSmall ? batches.GetValueOrDefault(source) : null;
            if (batch is null && Free(work) - batches.Count <= 0)
            {
                break;
            }

            work.Lacking.Dequeue();
            state.Move(name, traffic => traffic.Begin(replica, source), wakes: !isSmall);
            if (!isSmall)
            {
                Begin(new FillAction.Push(state.NextId(), replica, source, [video]), work);
                continue;
            }

            batch ??= batches[source] = new Batch();
            batch.Add(video);
            if (batch.IsFull)
            {
                batches.Remove(source);
                Begin(new FillAction.Push(state.NextId(), replica, source, batch.Videos), work);
            }
        }

        foreach (var (source, batch) in batches)
        {
            Begin(new FillAction.Push(state.NextId(), replica, source, batch.Videos), work);
        }
    }

    /// <summary>
    /// The row of a video that a replica lacks and can be sent now; null if it is sent, waits for its proof or its next try, or
    /// is there.
    /// </summary>
    private VideoRow? DueRow(int replica, ReplicaWork work, VideoName name) =>
        snapshot.Videos.GetValueOrDefault(name) is { } row
        && snapshot.Lacks(replica, row)
        && !work.Waiting.Contains(name)
        && !(work.Unproven.TryGetValue(name, out var content) && content == row.Current!.Sha256)
        && !(work.Failed.TryGetValue(name, out var failed) && failed.DueAt > now)
        && state.TrafficOf(name)?.SenderTo(replica) is null
            ? row
            : null;

    private HeldVideo? NextToDrop(int replica)
    {
        var work = state.Replicas[replica];
        while (work.Gone.TryDequeue(out var name))
        {
            // What a purge takes away there is the purge's to take: its receipt says what was held.
            if (snapshot.Videos.GetValueOrDefault(name) is { Current: null } row
                && row.HeldBy(replica) is { } held
                && IsFree(name)
                && !snapshot.Replicas[replica].Missed.Contains(name))
            {
                if (!IsLackedByAnotherName(replica, held.Sha256))
                {
                    return held.Named(name);
                }

                Keep(work, held.Sha256, name);
            }
        }

        var patience = SurplusPatienceAtLeast + TimeSpan.FromSeconds(SurplusPatience * snapshot.Demand.PeriodSeconds);
        while (work.Surplus.TryPeek(out var head) && head.Since + patience <= now)
        {
            work.Surplus.Dequeue();
            if (!work.SurplusSince.TryGetValue(head.Video, out var since) || since != head.Since)
            {
                continue;
            }

            work.SurplusSince.Remove(head.Video);
            if (snapshot.Videos.GetValueOrDefault(head.Video) is { } row && IsFree(head.Video) && state.IsSurplus(replica, row))
            {
                if (!IsAHomeDown(row))
                {
                    return row.HeldBy(replica)!.Value.Named(head.Video);
                }

                state.Queue(replica, row); // From the beginning.
            }
        }

        return null;

        bool IsFree(VideoName name) => !work.Dropping.Contains(name) && !(work.Failed.TryGetValue(name, out var failed) && failed.DueAt > now);
    }

    private bool IsLackedByAnotherName(int replica, Sha256Digest content) => state.Contents.With(content).Any(name =>
        snapshot.Videos.GetValueOrDefault(name) is { } row && row.Current?.Sha256 == content && snapshot.Lacks(replica, row));

    /// <summary>
    /// Then it is asked for alone, and no byte is sent: the replica links what it has. In a batch the bytes would go along.
    /// </summary>
    private bool HoldsUnderAnotherName(int replica, ReplicaWork work, CatalogVideo video) =>
        work.KeptForLinks.ContainsKey(video.Sha256)
        || state.Contents.With(video.Sha256).Any(name =>
            name != video.Name && snapshot.Videos.GetValueOrDefault(name)?.HeldBy(replica) is { } held && held.Sha256 == video.Sha256);

    private bool IsAHomeDown(VideoRow row)
    {
        foreach (var home in snapshot.Plan!.ReplicasOf(row.Name))
        {
            if (IsDown(home))
            {
                return true;
            }
        }

        return false;
    }

    private static void Keep(ReplicaWork work, Sha256Digest content, VideoName name)
    {
        if (!work.KeptForLinks.TryGetValue(content, out var kept))
        {
            work.KeptForLinks[content] = kept = [];
        }

        kept.Add(name);
    }

    /// <summary>Small videos that go together.</summary>
    private sealed class Batch
    {
        private readonly ImmutableArray<CatalogVideo>.Builder _videos = ImmutableArray.CreateBuilder<CatalogVideo>();
        private long _bytes;

        public ImmutableArray<CatalogVideo> Videos => _videos.ToImmutable();

        /// <summary>Whether another one might be too much.</summary>
        public bool IsFull => _videos.Count >= Limits.MaxBatchVideos || _bytes + Limits.MaxBatchedVideoBytes > Limits.MaxBatchBytes;

        public void Add(CatalogVideo video)
        {
            _videos.Add(video);
            _bytes += video.Size;
        }
    }
}

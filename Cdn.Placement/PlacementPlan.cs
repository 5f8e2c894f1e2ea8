using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Placement;

/// <summary>
/// Which video belongs on which replicas. A plan is never changed: <c>With</c> makes another one that shares with it what is the
/// same. It is a function of its replicas, videos and slack alone, whatever the way it came about, so controllers that see the
/// same plan the same.
/// </summary>
/// <remarks>
/// Every video goes to its best replicas by <see cref="PlacementReplicas">weighted rendezvous hashing</see>. Only if that would
/// bring one above its <see cref="PlacementShares">bound</see> videos are diverted, by <see cref="PlacementBalance"/>. Looking up
/// is free of locks and allocations.
/// </remarks>
internal sealed partial class PlacementPlan
{
    private readonly PlacementShard[] _shards;
    private readonly PlannedLoad[] _loads;

    internal PlacementPlan(
        PlacementReplicas replicas, double slack, PlacementShard[] shards, PlannedLoad[] loads, PlacementSums sums, PlacementLimits limits)
    {
        (Replicas, Slack, _shards, _loads, Sums, Limits) = (replicas, slack, shards, loads, sums, limits);
    }

    /// <summary>The replicas; their indices are the numbers that the plan gives.</summary>
    public PlacementReplicas Replicas { get; }

    /// <summary>How far a replica may be above its fair share: 0.25 for a quarter.</summary>
    public double Slack { get; }

    /// <summary>How many videos are in the plan.</summary>
    public int Count => Sums.Videos;

    /// <summary>What has no place.</summary>
    public Unplaced Unplaced => Sums.Unplaced;

    /// <summary>Whether a video is elsewhere than on its best replicas, because they would be too full.</summary>
    public bool IsBound => !Limits.IsFree;

    /// <summary>Sums over all videos.</summary>
    internal PlacementSums Sums { get; }

    /// <summary>What keeps the replicas within their bounds.</summary>
    internal PlacementLimits Limits { get; }

    /// <summary>The videos by the range of their keys.</summary>
    internal ReadOnlySpan<PlacementShard> Shards => _shards;

    /// <summary>What each replica is to hold, by number.</summary>
    internal ReadOnlySpan<PlannedLoad> Loads => _loads;

    /// <summary>A plan of nothing.</summary>
    public static PlacementPlan Empty(PlacementReplicas replicas, double slack)
    {
        var shards = new PlacementShard[1 << PlacementShard.Bits];
        Array.Fill(shards, PlacementShard.Empty);
        return new PlacementPlan(replicas, slack, shards, new PlannedLoad[replicas.All.Length], PlacementSums.Nothing, PlacementLimits.None(replicas.All.Length));
    }

    /// <summary>A plan from the beginning; each name once.</summary>
    public static PlacementPlan Create(PlacementReplicas replicas, IEnumerable<PlacementVideo> videos, double slack) =>
        Empty(replicas, slack).With(videos, []);

    /// <summary>The same with videos added or changed, and others removed; each name once.</summary>
    /// <returns>This plan if it makes no difference.</returns>
    public PlacementPlan With(IEnumerable<PlacementVideo> set, IEnumerable<VideoName> removed)
    {
        PlacementChange[] changes =
        [
            .. set.Select(video => new PlacementChange(KeyOf(video.Name), video.Name, video)),
            .. removed.Select(name => new PlacementChange(KeyOf(name), name, null)),
        ];
        if (changes.Length == 0)
        {
            return this;
        }

        var draft = new PlacementDraft(this, Replicas);
        draft.Apply(changes);
        return draft.ToPlan();
    }

    /// <summary>
    /// The same videos on replicas of which some have come, gone, or another capacity; names and numbers are the same.
    /// </summary>
    /// <returns>This plan if it makes no difference.</returns>
    public PlacementPlan With(PlacementReplicas replicas)
    {
        if (!replicas.All.Select(replica => replica.Name).SequenceEqual(Replicas.All.Select(replica => replica.Name)))
        {
            throw new ArgumentException("The replicas of a plan keep their names and numbers.", nameof(replicas));
        }

        if (replicas.All.SequenceEqual(Replicas.All))
        {
            return this;
        }

        var draft = new PlacementDraft(this, replicas);
        draft.Rescore(replicas.ChangedSince(Replicas));
        return draft.ToPlan();
    }

    /// <summary>
    /// Numbers of the replicas that a video belongs on, the best first; empty for one that is not in the plan (once in 10^13
    /// times not).
    /// </summary>
    public ReadOnlySpan<ushort> ReplicasOf(VideoName video)
    {
        var (shard, index) = Find(video);
        return index < 0 ? [] : shard.ReplicasOf(index);
    }

    /// <summary>Whether a video belongs on a replica.</summary>
    public bool Belongs(int replica, VideoName video) => ReplicasOf(video).Contains((ushort)replica);

    /// <summary>Whether a video is in the plan, on a replica or not.</summary>
    public bool Contains(VideoName video)
    {
        var (shard, index) = Find(video);
        return index >= 0 && shard.Entries[index].Name == video;
    }

    /// <summary>What a replica is to hold.</summary>
    public PlannedLoad LoadOf(int replica) => _loads[replica];

    /// <summary>What belongs on a replica. Looks through the plan: of a million videos that takes some milliseconds.</summary>
    public IEnumerable<VideoName> VideosOn(int replica)
    {
        foreach (var shard in _shards)
        {
            for (int at = 0, next; (next = shard.Slots.AsSpan(at).IndexOf((ushort)replica)) >= 0; at += next + 1)
            {
                var index = shard.EntryOf(at + next);
                if (at + next < shard.Entries[index].First + shard.Entries[index].Copies)
                {
                    yield return shard.Entries[index].Name;
                }
            }
        }
    }

    /// <summary>Videos that have fewer copies than are wanted. Looks through the plan.</summary>
    public IEnumerable<VideoName> VideosUnplaced() =>
        from shard in _shards
        from index in Enumerable.Range(0, shard.Entries.Length)
        where shard.ReplicasOf(index).Length < shard.Entries[index].Copies
        select shard.Entries[index].Name;

    /// <summary>The number by which a video is placed.</summary>
    private static ulong KeyOf(VideoName video) => Rendezvous.Hash(video.Value);

    private (PlacementShard Shard, int Index) Find(VideoName video)
    {
        var key = KeyOf(video);
        var shard = _shards[key >> (64 - PlacementShard.Bits)];
        return (shard, shard.IndexOf(key, video));
    }
}

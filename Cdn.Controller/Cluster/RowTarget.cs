using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Cluster;

/// <summary>Writes what a feed tells into its part of the rows, and keeps the digest of that part. One feed at a time.</summary>
/// <param name="cluster">Where the rows are.</param>
/// <param name="digest">Of what the part has already.</param>
/// <typeparam name="TItem">What the feed is of.</typeparam>
internal abstract class RowTarget<TItem>(ClusterState cluster, SetDigest digest) : IFeedTarget<TItem>
{
    private SetDigest _digest = digest;

    public SetDigest Replace(BucketRange buckets, ImmutableArray<TItem> items)
    {
        cluster.SetRows((now, builder) =>
        {
            var names = items.Select(NameOf).ToHashSet();
            foreach (var (name, row) in now.Videos.In(buckets))
            {
                if (!names.Contains(name))
                {
                    Put(builder, row, Without(row));
                }
            }

            PutAll(builder, items);
        });
        return _digest;
    }

    public SetDigest Change(ImmutableArray<TItem> items, ImmutableArray<VideoName> removed)
    {
        cluster.SetRows((_, builder) =>
        {
            foreach (var name in removed)
            {
                if (builder.TryGetValue(name, out var before))
                {
                    Put(builder, before, Without(before));
                }
            }

            PutAll(builder, items);
        });
        return _digest;
    }

    /// <inheritdoc />
    public FeedPart? KnownFrom(int first)
    {
        var now = cluster.Current;
        var buckets = now.Videos.RangeFrom(first, Limits.MaxFeedItems);
        var (has, expects) = Sums(now, buckets);
        var known = has == SetDigest.Nothing ? expects : has;
        return known == SetDigest.Nothing ? null : new FeedPart(buckets, known.ToString());
    }

    /// <inheritdoc />
    public SetDigest? Keep(FeedPart known)
    {
        SetDigest? after = null;
        cluster.SetRows((now, builder) =>
        {
            var (has, expects) = Sums(now, known.Buckets);
            if (has == SetDigest.Nothing && expects.ToString() == known.Digest)
            {
                builder.Update(known.Buckets, row => WithExpected(now, row));
                after = _digest += expects;
            }
            else if (has.ToString() == known.Digest)
            {
                after = _digest;
            }
        });
        return after;
    }

    protected abstract VideoName NameOf(TItem item);

    /// <summary>Digest of what the row has of this part.</summary>
    protected abstract SetDigest DigestOf(VideoRow row);

    /// <summary>The row with an item of this part; the same row if it has it already.</summary>
    protected abstract VideoRow With(VideoRow? row, TItem item);

    /// <summary>The row without this part; the same row if it has nothing of it, null if nothing else is in it.</summary>
    protected abstract VideoRow? Without(VideoRow row);

    /// <summary>
    /// Digest of what this part probably has in a row that has nothing of it yet; of nothing if nobody can say.
    /// </summary>
    protected virtual SetDigest ExpectedOf(ClusterSnapshot now, VideoRow row) => SetDigest.Nothing;

    /// <summary>The row with that.</summary>
    protected virtual VideoRow WithExpected(ClusterSnapshot now, VideoRow row) => row;

    private (SetDigest Has, SetDigest Expects) Sums(ClusterSnapshot now, BucketRange buckets)
    {
        var (has, expects) = (SetDigest.Nothing, SetDigest.Nothing);
        foreach (var (_, row) in now.Videos.In(buckets))
        {
            has += DigestOf(row);
            expects += ExpectedOf(now, row);
        }

        return (has, expects);
    }

    private void PutAll(PersistentMap<VideoName, VideoRow>.Builder builder, ImmutableArray<TItem> items)
    {
        foreach (var item in items)
        {
            builder.TryGetValue(NameOf(item), out var before);
            Put(builder, before, With(before, item));
        }
    }

    private void Put(PersistentMap<VideoName, VideoRow>.Builder builder, VideoRow? before, VideoRow? after)
    {
        if (after == before)
        {
            return;
        }

        _digest -= before is null ? SetDigest.Nothing : DigestOf(before);
        _digest += after is null ? SetDigest.Nothing : DigestOf(after);
        _ = after is null ? builder.Remove(before!.Name) : builder.Set(after.Name, after);
    }
}

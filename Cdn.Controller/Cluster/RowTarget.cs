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
        cluster.SetRows((rows, builder) =>
        {
            var names = items.Select(NameOf).ToHashSet();
            foreach (var (name, row) in rows.In(buckets))
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

    protected abstract VideoName NameOf(TItem item);

    /// <summary>Digest of what the row has of this part.</summary>
    protected abstract SetDigest DigestOf(VideoRow row);

    /// <summary>The row with an item of this part; the same row if it has it already.</summary>
    protected abstract VideoRow With(VideoRow? row, TItem item);

    /// <summary>The row without this part; the same row if it has nothing of it, null if nothing else is in it.</summary>
    protected abstract VideoRow? Without(VideoRow row);

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

using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Cluster;

/// <summary>Writes what one replica holds into the rows. One feed at a time.</summary>
/// <param name="cluster">Where the rows are.</param>
/// <param name="replica">The replica's number.</param>
internal sealed class InventoryTarget(ClusterState cluster, int replica) : IFeedTarget<HeldVideo>
{
    private SetDigest _digest;

    public SetDigest Replace(BucketRange buckets, ImmutableArray<HeldVideo> items)
    {
        cluster.SetRows((rows, builder) =>
        {
            var names = items.Select(held => held.Name).ToHashSet();
            foreach (var (name, row) in rows.In(buckets))
            {
                if (row.HeldBy(replica) is not null && !names.Contains(name))
                {
                    Put(builder, name, null);
                }
            }

            PutAll(builder, items);
        });
        return _digest;
    }

    public SetDigest Change(ImmutableArray<HeldVideo> items, ImmutableArray<VideoName> removed)
    {
        cluster.SetRows((_, builder) =>
        {
            foreach (var name in removed)
            {
                Put(builder, name, null);
            }

            PutAll(builder, items);
        });
        return _digest;
    }

    private void PutAll(PersistentMap<VideoName, VideoRow>.Builder builder, ImmutableArray<HeldVideo> items)
    {
        foreach (var held in items)
        {
            Put(builder, held.Name, held.Content);
        }
    }

    private void Put(PersistentMap<VideoName, VideoRow>.Builder builder, VideoName name, HeldContent? held)
    {
        builder.TryGetValue(name, out var before);
        var after = before is null ? held is null ? null : VideoRow.Of(name, replica, held.Value) : before.WithHeld(replica, held);
        if (after == before)
        {
            return;
        }

        _digest -= before?.HeldBy(replica) is { } old ? SetDigest.Of(name, old) : SetDigest.Nothing;
        _digest += held is { } young ? SetDigest.Of(name, young) : SetDigest.Nothing;
        _ = after is null ? builder.Remove(name) : builder.Set(after.Name, after);
    }
}

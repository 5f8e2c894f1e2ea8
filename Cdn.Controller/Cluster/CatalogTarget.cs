using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Cluster;

/// <summary>Writes the origin's catalog into the rows. One feed at a time.</summary>
/// <param name="cluster">Where the rows are.</param>
internal sealed class CatalogTarget(ClusterState cluster) : IFeedTarget<CatalogVideo>
{
    private readonly Dictionary<string, string> _contentTypes = []; // There are few, and each video has one.
    private SetDigest _digest = Sum(cluster.Current.Videos);

    public SetDigest Replace(BucketRange buckets, ImmutableArray<CatalogVideo> items)
    {
        cluster.SetRows((rows, builder) =>
        {
            var names = items.Select(video => video.Name).ToHashSet();
            foreach (var (name, row) in rows.In(buckets))
            {
                if (row.Current is not null && !names.Contains(name))
                {
                    Put(builder, name, null);
                }
            }

            PutAll(builder, items);
        });
        return _digest;
    }

    public SetDigest Change(ImmutableArray<CatalogVideo> items, ImmutableArray<VideoName> removed)
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

    private static SetDigest Sum(PersistentMap<VideoName, VideoRow> rows)
    {
        var sum = SetDigest.Nothing;
        foreach (var (_, row) in rows)
        {
            sum = row.Current is { } video ? sum + SetDigest.Of(video) : sum;
        }

        return sum;
    }

    private void PutAll(PersistentMap<VideoName, VideoRow>.Builder builder, ImmutableArray<CatalogVideo> items)
    {
        foreach (var video in items)
        {
            if (!_contentTypes.TryGetValue(video.ContentType, out var type))
            {
                _contentTypes[video.ContentType] = type = video.ContentType;
            }

            Put(builder, video.Name, video with { ContentType = type });
        }
    }

    private void Put(PersistentMap<VideoName, VideoRow>.Builder builder, VideoName name, CatalogVideo? video)
    {
        builder.TryGetValue(name, out var before);
        var after = before is null ? video is null ? null : VideoRow.Of(video) : before.WithCurrent(video);
        if (after == before)
        {
            return;
        }

        _digest -= before?.Current is { } old ? SetDigest.Of(old) : SetDigest.Nothing;
        _digest += video is null ? SetDigest.Nothing : SetDigest.Of(video);
        _ = after is null ? builder.Remove(name) : builder.Set(after.Name, after);
    }
}

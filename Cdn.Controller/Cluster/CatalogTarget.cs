using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Cluster;

/// <summary>Writes the origin's catalog into the rows.</summary>
/// <param name="cluster">Where the rows are.</param>
internal sealed class CatalogTarget(ClusterState cluster) : RowTarget<CatalogVideo>(cluster, Sum(cluster.Current.Videos))
{
    private readonly Dictionary<string, string> _contentTypes = []; // There are few, and each video has one.

    protected override VideoName NameOf(CatalogVideo item) => item.Name;

    protected override SetDigest DigestOf(VideoRow row) => Digest(row);

    protected override VideoRow With(VideoRow? row, CatalogVideo item)
    {
        if (!_contentTypes.TryGetValue(item.ContentType, out var type))
        {
            _contentTypes[item.ContentType] = type = item.ContentType;
        }

        var video = item with { ContentType = type };
        return row is null ? VideoRow.Of(video) : row.WithCurrent(video)!;
    }

    protected override VideoRow? Without(VideoRow row) => row.WithCurrent(null);

    private static SetDigest Digest(VideoRow row) => row.Current is { } video ? SetDigest.Of(video) : SetDigest.Nothing;

    private static SetDigest Sum(PersistentMap<VideoName, VideoRow> rows)
    {
        var sum = SetDigest.Nothing;
        foreach (var (_, row) in rows)
        {
            sum += Digest(row);
        }

        return sum;
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Catalog;

/// <summary>
/// Which videos are what another name had until now. Who holds the content under that name can serve the new one at once: asked
/// for it, it
/// finds that it has the content, and links it.
/// </summary>
internal static class MovedVideos
{
    /// <summary>The new name and the old one of all that no replica is proven to hold under the new one yet.</summary>
    /// <param name="before">What was known before the change.</param>
    /// <param name="videos">The catalog after it.</param>
    /// <param name="set">Videos that are new, or changed.</param>
    /// <param name="removed">Names that are gone.</param>
    public static FrozenDictionary<VideoName, VideoName> After(
        ClusterSnapshot before,
        FrozenDictionary<VideoName, CatalogVideo> videos,
        ImmutableArray<CatalogVideo> set,
        ImmutableArray<VideoName> removed)
    {
        if (before.Catalog is not { } catalog || (removed.IsEmpty && catalog.Moved.Count == 0))
        {
            return FrozenDictionary<VideoName, VideoName>.Empty;
        }

        var moved = catalog.Moved
            .Where(move => videos.TryGetValue(move.Key, out var video) && !before.Replicas.Any(replica => replica.Holds(video)))
            .ToDictionary();
        var gone = new Dictionary<Sha256Digest, VideoName>();
        foreach (var name in removed)
        {
            if (catalog.Videos.TryGetValue(name, out var video))
            {
                gone[video.Sha256] = catalog.Moved.GetValueOrDefault(name, name);
            }
        }

        foreach (var video in set)
        {
            if (gone.TryGetValue(video.Sha256, out var old) && !catalog.Videos.ContainsKey(video.Name))
            {
                moved[video.Name] = old;
            }
        }

        return moved.ToFrozenDictionary();
    }
}

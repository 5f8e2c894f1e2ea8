using System.Collections.Frozen;
using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Catalog;

/// <summary>
/// Which videos have the content of another name, as after a rename. Who holds the content under that name can serve the new one at once:
/// asked for it, it finds that it has the content, and links it.
/// </summary>
internal static class MovedVideos
{
    /// <summary>The name, and the one with its content, of all that no replica is proven to hold under their own name yet.</summary>
    /// <param name="before">What was known before the change.</param>
    /// <param name="videos">The catalog after it.</param>
    /// <param name="set">Videos that are new, or changed.</param>
    public static FrozenDictionary<VideoName, VideoName> After(
        ClusterSnapshot before, FrozenDictionary<VideoName, CatalogVideo> videos, ImmutableArray<CatalogVideo> set)
    {
        if (before.Catalog is not { } catalog)
        {
            return FrozenDictionary<VideoName, VideoName>.Empty;
        }

        var moved = catalog.Moved.Where(move => videos.TryGetValue(move.Key, out var video) && !IsHeld(before, video)).ToDictionary();
        var contents = set.Where(video => !IsHeld(before, video)).Select(video => video.Sha256).ToHashSet();
        if (contents.Count > 0)
        {
            var names = new Dictionary<Sha256Digest, VideoName>();
            foreach (var video in catalog.Videos.Values.Where(video => contents.Contains(video.Sha256)))
            {
                names[video.Sha256] = catalog.Moved.GetValueOrDefault(video.Name, video.Name);
            }

            foreach (var video in set.Where(video => names.ContainsKey(video.Sha256) && names[video.Sha256] != video.Name))
            {
                moved[video.Name] = names[video.Sha256];
            }
        }

        return moved.ToFrozenDictionary();
    }

    private static bool IsHeld(ClusterSnapshot snapshot, CatalogVideo video) => snapshot.Replicas.Any(replica => replica.Holds(video));
}

using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Cdn.Origin.Ledger;
using Cdn.Transfer.Sets;

namespace Cdn.Origin.Catalog;

/// <summary>
/// The catalog as it is published now. Readers take one immutable snapshot; a change costs what changed, and swaps it.
/// </summary>
internal sealed class PublishedCatalog(FolderMemory memory, PurgeLedger ledger)
{
    private readonly Lock _gate = new();
    private readonly VersionedSet<CatalogVideo> _videos = new((_, video) => SetDigest.Of(video));
    private readonly Dictionary<VideoName, PublishedVideo> _blocked = [];
    private BlockSet _blocks = ledger.Blocks;
    private volatile CatalogSnapshot? _current;

    /// <summary>
    /// The published catalog; null until the first scan is through, because half of one would look like removals.
    /// </summary>
    public CatalogSnapshot? Current => _current;

    /// <summary>Ends when there is another revision.</summary>
    public Task NextChange => _videos.NextChange;

    /// <summary>What somebody reads next who follows the catalog; null before there is one.</summary>
    public FeedPage<CatalogVideo>? Read(FeedCursor cursor) => _current is null ? null : _videos.Read(cursor, (_, video) => video);

    /// <summary>The published video of a name.</summary>
    public bool TryGet(VideoName name, [NotNullWhen(true)] out PublishedVideo? published)
    {
        published = null;
        return _current?.Files.TryGetValue(name, out published) == true;
    }

    /// <summary>
    /// Publishes changes, but for what is blocked. Null stands for what is removed. Returns the new catalog, if it is another
    /// one.
    /// </summary>
    public CatalogSnapshot? Apply(IReadOnlyDictionary<VideoName, PublishedVideo?> changes)
    {
        lock (_gate)
        {
            return Publish(changes);
        }
    }

    /// <summary>Publishes the same again if what is blocked has changed.</summary>
    public void Republish()
    {
        lock (_gate)
        {
            if (_current is { } current && ledger.Blocks is var blocks && blocks != _blocks)
            {
                Publish(_blocked
                    .Concat(current.Files.Where(entry => blocks.Contains(entry.Value.Video)))
                    .ToDictionary(entry => entry.Key, PublishedVideo? (entry) => entry.Value));
                _blocks = blocks;
            }
        }
    }

    private CatalogSnapshot? Publish(IReadOnlyDictionary<VideoName, PublishedVideo?> changes)
    {
        var blocks = ledger.Blocks;
        var before = _current;
        var files = (before?.Files ?? PersistentMap<VideoName, PublishedVideo>.Empty).ToBuilder();
        var steps = new List<SetChange<CatalogVideo>>(changes.Count);
        foreach (var (name, published) in changes)
        {
            var visible = published is not null && !blocks.Contains(published.Video) ? published : null;
            if (published is not null && visible is null)
            {
                _blocked[name] = published;
            }
            else
            {
                _blocked.Remove(name);
            }

            _ = visible is null ? files.Remove(name) : files.Set(name, visible);
            steps.Add(visible is null ? SetChange<CatalogVideo>.Gone(name) : SetChange<CatalogVideo>.To(name, visible.Video));
        }

        // Files first: whoever sees a video can open it.
        var map = files.ToMap();
        _current = before is null ? null : before with { Files = map };
        var after = before is null ? Begin(steps) : _videos.Apply(steps);
        if (after == before?.Videos)
        {
            return null; // Other versions of the files, with the same content.
        }

        memory.SetPublished(after.Number, after.Digest.ToString());
        return _current = new CatalogSnapshot(after, map);
    }

    /// <summary>
    /// The first catalog of this process has the number of the last one of the process before, if it is the same.
    /// </summary>
    private SetRevision<CatalogVideo> Begin(List<SetChange<CatalogVideo>> steps)
    {
        var ((revision, content), videos) = (memory.LastPublished, PersistentMap<VideoName, CatalogVideo>.Empty.ToBuilder());
        foreach (var step in steps.Where(step => step.IsSet))
        {
            videos.Set(step.Name, step.Value!);
        }

        return _videos.Restart(videos.ToMap(), digest => digest.ToString() == content ? revision : revision + 1);
    }
}

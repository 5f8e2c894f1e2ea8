using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Cdn.Origin.Purge;
using Cdn.ServiceDefaults.Concurrency;

namespace Cdn.Origin.Catalog;

/// <summary>
/// The catalog as it is published now. Readers take one immutable snapshot; a change costs what changed, and swaps it.
/// </summary>
internal sealed class PublishedCatalog(FolderMemory memory, PurgeLedger ledger)
{
    private readonly Lock _gate = new();
    private readonly CatalogHistory _history = new();
    private readonly NextChange _changed = new();
    private readonly Dictionary<VideoName, PublishedVideo> _blocked = [];
    private (long Revision, string? Content) _last = memory.LastPublished;
    private CatalogSum _sum;
    private volatile CatalogSnapshot? _current;

    /// <summary>The published catalog; null until the first scan is through, because half of one would look like removals.</summary>
    public CatalogSnapshot? Current => _current;

    /// <summary>Ends when <see cref="Current"/> changes.</summary>
    public Task NextChange => _changed.Task;

    /// <summary>What happened since a catalog with this tag was the current one; null if that is not known any more.</summary>
    public ImmutableList<CatalogChange>? ChangesSince(string tag)
    {
        lock (_gate)
        {
            return _history.Since(tag);
        }
    }

    /// <summary>The published video of a name.</summary>
    public bool TryGet(VideoName name, [NotNullWhen(true)] out PublishedVideo? published)
    {
        published = null;
        return _current?.ByName.TryGetValue(name, out published) == true;
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

    /// <summary>Publishes the same again, after a change of what is blocked.</summary>
    public void Republish()
    {
        lock (_gate)
        {
            if (_current is { } current)
            {
                var blocks = ledger.Blocks;
                Publish(_blocked
                    .Concat(current.ByName.Where(entry => blocks.Contains(entry.Value.Video)))
                    .ToDictionary(entry => entry.Key, PublishedVideo? (entry) => entry.Value));
            }
        }
    }

    private CatalogSnapshot? Publish(IReadOnlyDictionary<VideoName, PublishedVideo?> changes)
    {
        var blocks = ledger.Blocks;
        var before = _current;
        var videos = (before?.ByName ?? CatalogSnapshot.Nothing).ToBuilder();
        var set = ImmutableArray.CreateBuilder<CatalogVideo>();
        var removed = ImmutableArray.CreateBuilder<VideoName>();
        foreach (var (name, published) in changes.OrderBy(change => change.Key, CatalogSnapshot.Order))
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

            Replace(videos, name, visible, set, removed);
        }

        if (before is not null && set.Count == 0 && removed.Count == 0)
        {
            _current = before with { ByName = videos.ToImmutable() }; // Other versions of the files, with the same content.
            return null;
        }

        return Swap(before, videos.ToImmutable(), set.ToImmutable(), removed.ToImmutable());
    }

    private void Replace(
        ImmutableSortedDictionary<VideoName, PublishedVideo>.Builder videos,
        VideoName name,
        PublishedVideo? published,
        ImmutableArray<CatalogVideo>.Builder set,
        ImmutableArray<VideoName>.Builder removed)
    {
        videos.TryGetValue(name, out var before);
        if (published is not null)
        {
            videos[name] = published;
        }
        else if (!videos.Remove(name))
        {
            return;
        }

        if (before?.Video == published?.Video)
        {
            return;
        }

        _sum = before is null ? _sum : _sum.Without(before.Video);
        if (published is null)
        {
            removed.Add(name);
            return;
        }

        _sum = _sum.With(published.Video);
        set.Add(published.Video);
    }

    private CatalogSnapshot Swap(
        CatalogSnapshot? before,
        ImmutableSortedDictionary<VideoName, PublishedVideo> videos,
        ImmutableArray<CatalogVideo> set,
        ImmutableArray<VideoName> removed)
    {
        var content = _sum.ToString();
        var revision = _last.Content == content && before is null ? _last.Revision : _last.Revision + 1;
        _last = (revision, content);
        var after = new CatalogSnapshot(
            revision, $"\"{revision}-{content[..16]}\"", videos); // With the content: a state that was lost starts again at revision 1.
        if (before is not null)
        {
            _history.Add(new CatalogChange(revision, before.ETag, after.ETag, set, removed));
        }

        memory.SetPublished(revision, content);
        _current = after;
        _changed.Raise();
        return after;
    }
}

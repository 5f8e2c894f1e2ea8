using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>The last changes of the catalog, for listeners that were away for a moment. Used under the catalog's lock.</summary>
internal sealed class CatalogHistory
{
    /// <summary>Changes that are kept: 1,000.</summary>
    private const int MostChanges = 1000;

    /// <summary>Videos in all changes that are kept: 100,000, some 30 MB.</summary>
    private const int MostVideos = 100_000;

    private ImmutableList<CatalogChange> _changes = [];
    private int _videos;

    /// <summary>Takes the step from one catalog to the next.</summary>
    public void Add(CatalogChange change)
    {
        _changes = _changes.Add(change);
        _videos += CountOf(change);
        while (_changes.Count > MostChanges || (_videos > MostVideos && _changes.Count > 0))
        {
            _videos -= CountOf(_changes[0]);
            _changes = _changes.RemoveAt(0);
        }
    }

    /// <summary>What happened since a catalog with this tag was the current one; null if that is not known any more.</summary>
    public ImmutableList<CatalogChange>? Since(string tag)
    {
        var changes = _changes;
        var first = changes.FindIndex(change => change.From == tag);
        return first < 0 ? null : changes.GetRange(first, changes.Count - first);
    }

    private static int CountOf(CatalogChange change) => change.Set.Length + change.Removed.Length;
}

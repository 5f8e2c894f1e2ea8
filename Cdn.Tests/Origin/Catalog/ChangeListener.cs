using System.Net.Http.Json;
using Cdn.Contracts;

namespace Cdn.Tests.Origin.Catalog;

/// <summary>Follows an origin's catalog and purges, as a controller does.</summary>
internal sealed class ChangeListener(OriginProcess origin)
{
    /// <summary>Where it is in the catalog.</summary>
    public FeedCursor Cursor { get; set; } = FeedCursor.Start;

    /// <summary>The tag of the purges that it knows.</summary>
    public string? Purges { get; private set; }

    /// <summary>Asks once, and waits for a few seconds.</summary>
    public async Task<OriginChanges> AskAsync()
    {
        var changes = await origin.Service.Http.GetFromJsonAsync(
            $"{Routes.Changes}?{Cursor.ToQuery()}&purges={Purges}&wait=5", WireJson.Default.OriginChanges);
        Purges = changes!.PurgesTag ?? Purges;
        if (changes.Catalog is { } page)
        {
            Cursor = new FeedCursor(page.Set, page.Revision, page.Buckets is { End: < BucketRange.Count } range ? range.End : null);
        }

        return changes;
    }

    /// <summary>The next answer that has something of the catalog in it.</summary>
    public async Task<FeedPage<CatalogVideo>> NextAsync()
    {
        for (var turns = 0; turns < 12; turns++)
        {
            if ((await AskAsync()).Catalog is { } page)
            {
                return page;
            }
        }

        throw new TimeoutException("The origin tells of no change.");
    }
}

using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>What the origin tells on <see cref="Routes.Events"/>. The event's type says which of the fields it has.</summary>
/// <param name="Catalog">What changed in the catalog.</param>
/// <param name="Purges">The purges, as they are now.</param>
public sealed record OriginEvent(CatalogChange? Catalog = null, PurgeLog? Purges = null)
{
    /// <summary>The catalog changed; the event's id is the tag that it has from now on.</summary>
    public const string CatalogType = "catalog";

    /// <summary>A purge was added, or some were closed.</summary>
    public const string PurgesType = "purges";

    /// <summary>The listener knows a catalog that the origin does not remember: it has to read the whole one.</summary>
    public const string ResetType = "reset";

    /// <summary>Nothing happened; the connection is alive.</summary>
    public const string PingType = "ping";
}

/// <summary>The difference between two catalogs that follow one another.</summary>
/// <param name="Revision">The revision after it.</param>
/// <param name="From">Tag of the catalog before it.</param>
/// <param name="Tag">Tag of the catalog after it, as in <c>ETag</c>.</param>
/// <param name="Set">Videos that are new, or have another version.</param>
/// <param name="Removed">Videos that are not published any more.</param>
public sealed record CatalogChange(
    long Revision, string From, string Tag, ImmutableArray<CatalogVideo> Set, ImmutableArray<VideoName> Removed);

using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>The catalog at one moment; most of it is shared with the one before.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="ETag">Its tag, with quotes.</param>
/// <param name="ByName">Its videos with the versions of their files, sorted by name.</param>
internal sealed record CatalogSnapshot(long Revision, string ETag, ImmutableSortedDictionary<VideoName, PublishedVideo> ByName)
{
    /// <summary>By name, as bytes would be compared.</summary>
    public static readonly IComparer<VideoName> Order =
        Comparer<VideoName>.Create((one, other) => string.CompareOrdinal(one.Value, other.Value));

    public static readonly ImmutableSortedDictionary<VideoName, PublishedVideo> Nothing = ImmutableSortedDictionary.Create<VideoName, PublishedVideo>(Order);

    public IEnumerable<CatalogVideo> Videos => ByName.Values.Select(published => published.Video);

    /// <summary>As it goes over the wire.</summary>
    public Contracts.Catalog ToCatalog() => new(Revision, [.. Videos]);
}

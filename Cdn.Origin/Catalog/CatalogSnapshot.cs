using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Origin.Catalog;

/// <summary>The catalog at one moment; most of it is shared with the one before.</summary>
/// <param name="Videos">What is published.</param>
/// <param name="Files">The same with the versions of the files.</param>
internal sealed record CatalogSnapshot(SetRevision<CatalogVideo> Videos, PersistentMap<VideoName, PublishedVideo> Files)
{
    /// <summary>By name, as bytes would be compared.</summary>
    public static readonly IComparer<VideoName> Order =
        Comparer<VideoName>.Create((one, other) => string.CompareOrdinal(one.Value, other.Value));

    /// <summary>Its number.</summary>
    public long Revision => Videos.Number;

    /// <summary>Its tag, with quotes. It has the content in it: a state that was lost starts again at revision 1.</summary>
    public string ETag => $"\"{Revision}-{Videos.Digest.High:x16}\"";

    /// <summary>As it goes over the wire as a whole.</summary>
    public Contracts.Catalog ToCatalog() => new(Revision, [.. Videos.Map.Select(item => item.Value).OrderBy(video => video.Name, Order)]);
}

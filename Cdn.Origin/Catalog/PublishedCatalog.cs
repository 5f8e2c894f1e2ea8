using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>The catalog as it is published now. Readers take one immutable snapshot; the scanner swaps it.</summary>
internal sealed class PublishedCatalog(HashMemory memory)
{
    private readonly string _identity = memory.Identity();
    private volatile Snapshot? _current;

    /// <summary>The published catalog; null until the first scan is through, because half of one would look like removals.</summary>
    public Snapshot? Current => _current;

    /// <summary>The published video of a name.</summary>
    public bool TryGet(VideoName name, [NotNullWhen(true)] out PublishedVideo? published)
    {
        published = null;
        return _current?.ByName.TryGetValue(name, out published) == true;
    }

    /// <summary>Publishes these videos. Returns the catalog if that changed anything, with the next revision.</summary>
    public Contracts.Catalog? Replace(IEnumerable<PublishedVideo> videos)
    {
        var byName = videos.ToFrozenDictionary(video => video.File.Name);
        Contracts.Catalog catalog = new(
            0, [.. byName.Values.Select(video => video.Video).OrderBy(video => video.Name.Value, StringComparer.Ordinal)]);
        var content = Convert.ToHexStringLower(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(catalog, WireJson.Default.Catalog)));
        var last = memory.LastPublished();
        var isSame = last.Content == content;
        if (isSame && _current is not null)
        {
            return null;
        }

        catalog = catalog with { Revision = isSame ? last.Revision : last.Revision + 1 };
        memory.SetPublished(catalog.Revision, content);
        _current = new Snapshot(
            catalog,
            $"\"{_identity}-{catalog.Revision}\"",
            JsonSerializer.SerializeToUtf8Bytes(catalog, WireJson.Default.Catalog),
            byName);
        return catalog;
    }

    /// <param name="Catalog">The catalog.</param>
    /// <param name="ETag">Its tag, with quotes.</param>
    /// <param name="Json">It as JSON.</param>
    /// <param name="ByName">Its videos with their files.</param>
    internal sealed record Snapshot(
        Contracts.Catalog Catalog, string ETag, byte[] Json, FrozenDictionary<VideoName, PublishedVideo> ByName);
}

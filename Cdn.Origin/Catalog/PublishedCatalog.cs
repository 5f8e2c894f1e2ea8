using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Origin.Events;
using Cdn.Origin.Purge;
using Cdn.ServiceDefaults.Concurrency;
using Microsoft.Data.Sqlite;

namespace Cdn.Origin.Catalog;

/// <summary>The catalog as it is published now. Readers take one immutable snapshot; the scanner swaps it.</summary>
internal sealed partial class PublishedCatalog(HashMemory memory, PurgeLedger ledger, ILogger<PublishedCatalog> logger)
{
    private readonly Lock _gate = new();
    private readonly CatalogHistory _history = new();
    private readonly NextChange _changed = new();
    private PublishedVideo[] _found = [];
    private (long Revision, string? Content) _last = memory.LastPublished();
    private volatile Snapshot? _current;

    /// <summary>The published catalog; null until the first scan is through, because half of one would look like removals.</summary>
    public Snapshot? Current => _current;

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

    /// <summary>Publishes these videos but for the blocked ones. Returns the catalog if that changed anything, with the next revision.</summary>
    public Contracts.Catalog? Replace(IEnumerable<PublishedVideo> videos)
    {
        lock (_gate)
        {
            _found = [.. videos];
            return Publish();
        }
    }

    /// <summary>Publishes what was found last, after a change of what is blocked.</summary>
    public void Republish()
    {
        lock (_gate)
        {
            if (_current is not null)
            {
                Publish();
            }
        }
    }

    private Contracts.Catalog? Publish()
    {
        var blocks = ledger.Blocks;
        var byName = _found.Where(video => !blocks.Contains(video.Video)).ToFrozenDictionary(video => video.File.Name);
        Contracts.Catalog catalog = new(
            0, [.. byName.Values.Select(video => video.Video).OrderBy(video => video.Name.Value, StringComparer.Ordinal)]);
        var content = Convert.ToHexStringLower(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(catalog, WireJson.Default.Catalog)));
        var isSame = _last.Content == content;
        if (isSame && _current is not null)
        {
            return null;
        }

        catalog = catalog with { Revision = isSame ? _last.Revision : _last.Revision + 1 };
        _last = (catalog.Revision, content);
        var before = _current;
        var after = new Snapshot(
            catalog,
            $"\"{catalog.Revision}-{content[..16]}\"", // With the content: a state that was lost starts again at revision 1.
            JsonSerializer.SerializeToUtf8Bytes(catalog, WireJson.Default.Catalog),
            byName);
        if (before is not null)
        {
            _history.Add(before, after);
        }

        _current = after;
        _changed.Raise();
        try
        {
            memory.SetPublished(catalog.Revision, content);
        }
        catch (SqliteException e)
        {
            LogNotWritten(logger, e.Message); // It is published all the same.
        }

        return catalog;
    }

    [LoggerMessage(EventId = 130, Level = LogLevel.Warning, Message = "The revision could not be written to the state: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, string reason);

    /// <param name="Catalog">The catalog.</param>
    /// <param name="ETag">Its tag, with quotes.</param>
    /// <param name="Json">It as JSON.</param>
    /// <param name="ByName">Its videos with their files.</param>
    internal sealed record Snapshot(
        Contracts.Catalog Catalog, string ETag, byte[] Json, FrozenDictionary<VideoName, PublishedVideo> ByName);
}

using Cdn.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Catalog;

/// <summary>
/// Step F1: compares the folder with what is known, hashes what is new or changed and stable, and publishes the result. One
/// scan runs at a time.
/// </summary>
internal sealed partial class CatalogScanner
{
    /// <summary>A long round of hashing publishes what it has this often, so that one big file does not hold up the small ones.</summary>
    private static readonly TimeSpan PublishEvery = TimeSpan.FromMilliseconds(500);

    private readonly VideoFolder _folder;
    private readonly HashMemory _memory;
    private readonly PublishedCatalog _published;
    private readonly OriginOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<CatalogScanner> _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<VideoName, PublishedVideo> _known;
    private readonly Dictionary<Sha256Digest, DateTimeOffset> _lastModified = [];
    private Dictionary<VideoName, Sighting> _unsettled = [];
    private bool _scannedOnce;

    public CatalogScanner(
        VideoFolder folder,
        HashMemory memory,
        PublishedCatalog published,
        IOptions<OriginOptions> options,
        TimeProvider time,
        ILogger<CatalogScanner> logger)
    {
        (_folder, _memory, _published, _options, _time, _logger) = (folder, memory, published, options.Value, time, logger);
        _known = memory.Load(folder.Root).ToDictionary(video => video.File.Name);
        foreach (var (_, video) in _known.Values)
        {
            _lastModified.TryAdd(video.Sha256, video.LastModified);
        }
    }

    /// <summary>Time that listing the folder took in the last scan, which is what a scan costs when there is nothing new.</summary>
    public TimeSpan Listing { get; private set; }

    /// <summary>Scans once. Returns whether there are files that must be looked at again soon, because they are not stable yet.</summary>
    /// <exception cref="IOException">The folder cannot be read; what was published stays.</exception>
    public async Task<bool> ScanAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var files = _folder.List();
        Listing = _time.GetElapsedTime(started);
        if (files.Count == 0 && _known.Count > 0 && _folder.IsOnAnotherFileSystem(_memory.FileSystem()))
        {
            throw new IOException("it is empty and on another file system than before; is its disk mounted?");
        }

        Persist(() => _memory.SetFileSystem(_folder.FileSystem()));
        Forget(files);
        var changed = files.Where(file => !_known.TryGetValue(file.Name, out var known) || known.File != file).ToList();
        var stable = TakeStable(changed);
        if (_scannedOnce)
        {
            Publish();
        }

        var lastPublished = _time.GetTimestamp();
        var hashing = new ParallelOptions
        {
            MaxDegreeOfParallelism = _options.HashConcurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(stable, hashing, async (file, token) =>
        {
            if (await HashAsync(file, token) is not { } digest)
            {
                return;
            }

            lock (_gate)
            {
                Accept(file, digest);
                if (_scannedOnce && _time.GetElapsedTime(lastPublished) > PublishEvery)
                {
                    Publish();
                    lastPublished = _time.GetTimestamp();
                }
            }
        });

        Publish();
        _scannedOnce = true;
        return changed.Count > stable.Count;
    }

    private void Forget(List<VideoFile> files)
    {
        var present = files.Select(file => file.Name).ToHashSet();
        foreach (var name in _known.Keys.Where(name => !present.Contains(name)).ToList())
        {
            _known.Remove(name);
            Persist(() => _memory.Forget(name));
            LogRemoved(_logger, name);
        }
    }

    /// <summary>
    /// Those that nobody writes to: left alone for <c>STABLE_FOR</c>, by their modification time (a file moved in from the
    /// same disk is taken at once) or, if a copy tool set that to another time, by what earlier scans saw.
    /// </summary>
    private List<VideoFile> TakeStable(List<VideoFile> changed)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var patience = TimeSpan.FromSeconds(_options.StableForSeconds);
        var stable = new List<VideoFile>();
        var unsettled = new Dictionary<VideoName, Sighting>();
        foreach (var file in changed)
        {
            var sighting = _unsettled.TryGetValue(file.Name, out var earlier) && earlier.File == file
                ? earlier
                : new Sighting(file, _time.GetTimestamp());
            var quiet = (file.ModifiedUtc <= now && now - file.ModifiedUtc >= patience)
                || _time.GetElapsedTime(sighting.Since) >= patience;
            if (quiet && !IsBeingWritten(file))
            {
                stable.Add(file);
            }
            else
            {
                unsettled[file.Name] = sighting;
            }
        }

        _unsettled = unsettled;
        return stable;
    }

    private static bool IsBeingWritten(VideoFile file)
    {
        try
        {
            return OpenWriters.Has(file.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It is gone or unreadable: hashing it says which.
        }
    }

    /// <summary>The digest of a file; null if it cannot be read or changed meanwhile (a later scan takes it up again).</summary>
    private async Task<Sha256Digest?> HashAsync(VideoFile file, CancellationToken cancellationToken)
    {
        try
        {
            var digest = await FileReading.DigestAsync(file.Path, cancellationToken);
            return VideoFolder.Look(file) == file ? digest : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(_logger, file.Name, e.Message);
            return null;
        }
    }

    private void Accept(VideoFile file, Sha256Digest digest)
    {
        var lastModified = _lastModified.GetValueOrDefault(
            digest, DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(file.ModifiedUtc).ToUnixTimeSeconds()));
        if (_known.TryGetValue(file.Name, out var before)
            && before.Video.Sha256 != digest
            && before.Video.LastModified >= lastModified)
        {
            // Versions of a name only ever become younger, or two of the same size could have one ETag.
            lastModified = before.Video.LastModified.AddSeconds(1);
        }

        Remember(file, digest, lastModified);
        if (_lastModified.TryGetValue(digest, out var others) && others != lastModified)
        {
            // Names with equal content share one object, and so one modification time, on every replica.
            foreach (var other in _known.Values.Where(known => known.Video.Sha256 == digest && known.Video.LastModified != lastModified).ToList())
            {
                Remember(other.File, digest, lastModified);
            }
        }

        _lastModified[digest] = lastModified;
    }

    private void Remember(VideoFile file, Sha256Digest digest, DateTimeOffset lastModified)
    {
        var video = new CatalogVideo(file.Name, file.Size, digest, ContentTypes.Of(file.Name), lastModified);
        var published = new PublishedVideo(file, video);
        _known[file.Name] = published;
        Persist(() => _memory.Remember(published));
    }

    /// <summary>Writes to the memory of hashes. If that fails, something is hashed again after a restart, nothing more.</summary>
    private void Persist(Action write)
    {
        try
        {
            write();
        }
        catch (SqliteException e)
        {
            LogNotRemembered(_logger, e.Message);
        }
    }

    private void Publish()
    {
        if (_published.Replace(_known.Values) is { } catalog)
        {
            LogPublished(_logger, catalog.Revision, catalog.Videos.Length);
        }
    }

    private readonly record struct Sighting(VideoFile File, long Since);
}

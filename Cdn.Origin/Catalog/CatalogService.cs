using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.Origin.Hashing;
using Cdn.Origin.Listing;
using Cdn.Origin.Watching;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Catalog;

/// <summary>
/// Step F1, as it runs: a loop that takes in what the kernel, the lister and those who hash have to say, and publishes what has
/// changed. It waits
/// for none of them, so that whatever hangs, the rest goes on.
/// </summary>
internal sealed partial class CatalogService : BackgroundService, IFolderWork
{
    /// <summary>Time between two looks at what hangs, and longest time between two turns: 500 ms.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Time that the memory has before a change is published that is not written yet: 1 s. A disk that hangs stops nothing.
    /// </summary>
    private static readonly TimeSpan WriteWithin = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between two catalogs: 20 ms. What changes in it is one change.</summary>
    private static readonly TimeSpan PublishEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Time in which a folder has to answer: 10 s.</summary>
    private static readonly TimeSpan ListWithin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Times that a scan is rested from as long as it took: with events one percent of a core goes to scans, without them a
    /// fifth.
    /// </summary>
    private const int RestWithEvents = 99;
    private const int RestWithoutEvents = 4;

    /// <summary>
    /// Answers of the lister, and of those who hash, that are taken in at a time: 16 and 1,000, some milliseconds.
    /// </summary>
    private const int MostListings = 16;
    private const int MostResults = 1000;

    private readonly FolderModel _model;
    private readonly Lister _lister;
    private readonly HashQueue _queue;
    private readonly HashWorkers _workers;
    private readonly FolderMemory _memory;
    private readonly PublishedCatalog _published;
    private readonly Doubts _doubts;
    private readonly FolderState _state;
    private readonly TimeProvider _time;
    private readonly ILogger<CatalogService> _logger;
    private readonly FolderWatcher? _watcher;
    private readonly string? _whyNotWatching;
    private readonly TimeSpan _rescan;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private long _scannedAt;
    private long _watchedAt;
    private long _writtenAt;
    private Task? _written;
    private IReadOnlyDictionary<VideoName, PublishedVideo?> _publishing = new Dictionary<VideoName, PublishedVideo?>();
    private volatile bool _isExhausted;
    private Dictionary<string, ulong> _mounts;

    public CatalogService(
        VideoRoot root,
        HashQueue queue,
        HashWorkers workers,
        FolderMemory memory,
        PublishedCatalog published,
        Doubts doubts,
        FolderState state,
        IOptions<OriginOptions> options,
        TimeProvider time,
        ILogger<FolderModel> modelLogger,
        ILogger<CatalogService> logger)
    {
        (_queue, _workers, _memory, _published, _doubts, _state, _time, _logger) = (queue, workers, memory, published, doubts, state, time, logger);
        _rescan = TimeSpan.FromSeconds(options.Value.RescanSeconds);
        _watcher = FolderWatcher.TryStart(out _whyNotWatching);
        if (_watcher is null)
        {
            LogNotWatching(logger, root.Path, _whyNotWatching!, options.Value.RescanSeconds);
        }

        var reader = new FolderReader(root);
        _lister = new Lister(look => Look(look, reader, root), time);
        _model = new FolderModel(this, memory.Load(), options, time, modelLogger);
        _mounts = _model.Mounts;
        memory.Start();
    }

    public override void Dispose()
    {
        _lister.Dispose();
        _watcher?.Dispose();
        _wake.Dispose();
        base.Dispose();
    }

    void IFolderWork.Ask(FolderLook look) => _lister.Ask(look);

    void IFolderWork.Read(HashJob job) => _queue.Add(job);

    void IFolderWork.Cancel(HashJob job) => _queue.Cancel(job);

    void IFolderWork.Unwatch(Folder folder) => _watcher?.Unwatch(folder);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _lister.Answered += Wake;
        _workers.Finished += Wake;
        _doubts.Added += Wake;
        if (_watcher is not null)
        {
            _watcher.Happened += Wake;
        }

        _workers.Start();
        _model.Scan();
        while (!stoppingToken.IsCancellationRequested)
        {
            var isMore = TakeIn();
            ScanIfDue();
            var due = _model.Tick();
            Watch();
            var next = Publish();
            if (!isMore)
            {
                await _wake.WaitAsync(Wait(due, next), stoppingToken);
            }
        }
    }

    /// <summary>On a thread of the lister: the watch comes first, so that what changes meanwhile is heard of.</summary>
    private FolderListing Look(FolderLook look, FolderReader reader, VideoRoot root)
    {
        if (look.Names is null && _watcher?.Watch(look.Folder, root.PathOf(look.Path)) is FolderWatch.NoMoreWatches
            && !_isExhausted)
        {
            _isExhausted = true;
            LogExhausted(_logger, _watcher.Count);
        }

        return reader.Read(look);
    }

    /// <summary>
    /// Takes in what there is, but not so much that what it leads to has to wait. Returns whether there is more.
    /// </summary>
    private bool TakeIn()
    {
        if (_watcher?.Take() is { IsEmpty: false } batch)
        {
            _model.Apply(batch);
        }

        var (listings, results) = (0, 0);
        while (listings < MostListings && _lister.TryTake(out var listing))
        {
            listings++;
            _model.Apply(listing);
        }

        while (results < MostResults && _workers.TryTake(out var result))
        {
            results++;
            _model.Apply(result);
        }

        while (_doubts.TryTake(out var doubt))
        {
            if (_model.Doubt(doubt.Video, doubt.Sha256))
            {
                LogDoubted(_logger, doubt.Video);
            }
        }

        return listings == MostListings || results == MostResults;
    }

    private void ScanIfDue()
    {
        if (_model.IsScanning)
        {
            _scannedAt = _time.GetTimestamp();
            return;
        }

        var rest = _model.ScanTook * (_watcher is null || _isExhausted ? RestWithoutEvents : RestWithEvents);
        var since = _time.GetElapsedTime(_scannedAt);
        if (since >= _rescan)
        {
            _model.LookAtLinks();
        }

        if (_model.IsScanDue || since >= (rest > _rescan ? rest : _rescan))
        {
            _model.Scan();
        }
    }

    /// <summary>Sees what hangs, and says how everything is.</summary>
    private void Watch()
    {
        if (_watchedAt != 0 && _time.GetElapsedTime(_watchedAt) < Turn)
        {
            return;
        }

        _watchedAt = _time.GetTimestamp();
        _workers.Watch();
        var overdue = _lister.Overdue(ListWithin).ToList();
        _model.GiveUp(overdue);
        var (total, ignored) = _model.IsIgnoredNews ? _model.Ignored() : (_state.Current.IgnoredTotal, _state.Current.Ignored);
        _state.Set(new FolderSnapshot(
            _model.Count,
            _watcher is null ? _whyNotWatching! : _isExhausted ? "the watches of inotify are used up (fs.inotify.max_user_watches)" : "inotify",
            _model.IsScannedOnce ? _model.ScanTook : null,
            [
                .. _model.Troubles(),
                .. overdue.Select(look => $"{ShownText.Of(look.Path)} has not answered for {_time.GetElapsedTime(look.Started).TotalSeconds:0} s"),
                .. _workers.Hanging.Select(file => $"{file.Name} hangs: nothing could be read for {file.Since.TotalSeconds:0} s"),
            ],
            total,
            ignored,
            _model.LostEvents));
    }

    /// <summary>
    /// Publishes what has changed, once it is remembered: what was published and forgotten would be missing from the first
    /// catalog of the next
    /// start, and be removed from every replica. Returns how long to wait if it is too early.
    /// </summary>
    private TimeSpan? Publish()
    {
        if (_written is { } written)
        {
            var since = _time.GetElapsedTime(_writtenAt);
            if (!written.IsCompleted && since < WriteWithin)
            {
                return WriteWithin - since;
            }

            _written = null;
            Publish(_publishing);
        }

        var pause = _time.GetElapsedTime(_writtenAt);
        if (_writtenAt != 0 && pause < PublishEvery)
        {
            return PublishEvery - pause;
        }

        if (_model.TakeChanges() is not { } changes)
        {
            RememberMany();
            return null;
        }

        (_publishing, _writtenAt, _written) = (changes, _time.GetTimestamp(), Remember());
        _ = _written.ContinueWith(_ => Wake(), TaskScheduler.Default);
        return WriteWithin;
    }

    private void Publish(IReadOnlyDictionary<VideoName, PublishedVideo?> changes)
    {
        var isFirst = _published.Current is null;
        if (_published.Apply(changes) is { } catalog)
        {
            (isFirst ? (Action<ILogger, long, int>)LogPublished : LogChanged)(_logger, catalog.Revision, catalog.Files.Count);
        }
    }

    /// <summary>
    /// Until everything is read for the first time nothing is published; what was read is remembered all the same.
    /// </summary>
    private void RememberMany()
    {
        if (_model.Unwritten >= MostResults)
        {
            Remember();
        }
    }

    private Task Remember()
    {
        var mounts = _model.Mounts;
        var isSame = mounts.Count == _mounts.Count
            && mounts.All(mount => _mounts.TryGetValue(mount.Key, out var device) && device == mount.Value);
        _mounts = mounts;
        return _memory.Write(new MemoryBatch
        {
            Videos = _model.TakeUnwritten(),
            Removed = _model.TakeRemoved(),
            Forgotten = _model.Forgotten,
            Mounts = isSame ? null : mounts,
        });
    }

    private TimeSpan Wait(long? due, TimeSpan? publish)
    {
        var wait = publish < Turn ? publish.Value : Turn;
        if (due is { } at)
        {
            var until = TimeSpan.FromSeconds(Math.Max(0, (at - _time.GetTimestamp()) / (double)_time.TimestampFrequency));
            wait = until < wait ? until : wait;
        }

        return wait + TimeSpan.FromMilliseconds(1); // Timers are of whole milliseconds: rounded down, it would turn in vain until then.
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
        catch (ObjectDisposedException)
        {
            // It is over.
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "Catalog revision {Revision} has {Count} videos")]
    private static partial void LogPublished(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 111, Level = LogLevel.Debug, Message = "Catalog revision {Revision} has {Count} videos")]
    private static partial void LogChanged(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message = "{Folder} cannot be watched ({Reason}); it is scanned every {Seconds} s instead")]
    private static partial void LogNotWatching(ILogger logger, string folder, string reason, double seconds);

    [LoggerMessage(EventId = 122, Level = LogLevel.Warning,
        Message = "The watches of inotify are used up after {Count} folders (fs.inotify.max_user_watches); changes in the others are found by scans")]
    private static partial void LogExhausted(ILogger logger, int count);

    [LoggerMessage(EventId = 123, Level = LogLevel.Warning, Message = "{Name} is read again: somebody got other bytes than the catalog says")]
    private static partial void LogDoubted(ILogger logger, VideoName name);
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Catalog;

/// <summary>
/// Scans at start, when the file system reports a change, and every <c>RESCAN</c> seconds in any case (change reports can be
/// lost, and network file systems give none), or less often where a scan takes long.
/// </summary>
internal sealed partial class CatalogService(
    CatalogScanner scanner,
    VideoFolder folder,
    CatalogHealth health,
    IOptions<OriginOptions> options,
    TimeProvider time,
    ILogger<CatalogService> logger) : BackgroundService
{
    /// <summary>Shortest time between two scans: 200 ms. A file being copied reports a change with every write.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>A pause is at least this many times as long as the scan before it, so that scanning takes a fifth of a core.</summary>
    private const int PausePerScan = 4;

    /// <summary>The same for scans that nothing asked for, by the time that listing the folder takes: they take one percent of a core.</summary>
    private const int IdlePausePerListing = 99;

    private readonly SemaphoreSlim _changes = new(0, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watcher = Watch();
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            var someUnsettled = await ScanAsync(stoppingToken);
            var took = time.GetElapsedTime(started);
            await Task.Delay(Longer(took * PausePerScan, ShortestPause), time, stoppingToken);

            // Files that are not stable yet are looked at again without waiting for a change: there may be none.
            var longest = someUnsettled
                ? TimeSpan.FromSeconds(options.Value.StableForSeconds / 4)
                : Longer(scanner.Listing * IdlePausePerListing, TimeSpan.FromSeconds(options.Value.RescanSeconds));
            await _changes.WaitAsync(longest, stoppingToken);
        }
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private async Task<bool> ScanAsync(CancellationToken cancellationToken)
    {
        try
        {
            var someUnsettled = await scanner.ScanAsync(cancellationToken);
            health.Succeeded();
            return someUnsettled;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            if (health.Failed(e.Message))
            {
                LogScanFailed(logger, folder.Root, e.Message);
            }

            return false;
        }
    }

    private FileSystemWatcher? Watch()
    {
        try
        {
            var watcher = new FileSystemWatcher(folder.Root) { IncludeSubdirectories = true };
            watcher.Created += (_, _) => Signal();
            watcher.Changed += (_, _) => Signal();
            watcher.Deleted += (_, _) => Signal();
            watcher.Renamed += (_, _) => Signal();
            watcher.Error += (_, _) => Signal();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            LogNotWatching(logger, folder.Root, e.Message, options.Value.RescanSeconds);
            return null;
        }
    }

    private void Signal()
    {
        try
        {
            _changes.Release();
        }
        catch (SemaphoreFullException)
        {
            // One waiting signal is enough: a scan sees all changes.
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Error, Message = "{Folder} cannot be scanned, the last catalog stays: {Reason}")]
    private static partial void LogScanFailed(ILogger logger, string folder, string reason);

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning,
        Message = "{Folder} cannot be watched ({Reason}); it is scanned every {Seconds} s instead")]
    private static partial void LogNotWatching(ILogger logger, string folder, string reason, double seconds);
}

using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.State;

/// <summary>
/// What was read from the origin last, in <c>STATE_DIR</c>, so that a controller that starts while the origin is away knows which videos
/// there are and what was purged. It is a copy: it may be lost, and is never asked while the origin is there.
/// </summary>
internal sealed partial class RememberedState(
    ClusterState cluster, IOptions<ControllerOptions> options, TimeProvider time, ILogger<RememberedState> logger) : BackgroundService
{
    /// <summary>Time between two looks whether there is something new: 1 s. A catalog of 100,000 videos takes 15 MB to write.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly string? _folder = options.Value.StateDir.Length > 0 ? Path.GetFullPath(options.Value.StateDir) : null;
    private CatalogView? _written;
    private PurgeLog _writtenPurges = PurgeLog.Empty;

    /// <summary>Takes up what an earlier process knew, before anything is asked or answered.</summary>
    /// <exception cref="OperatorException">The folder cannot be used.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (_folder is null)
        {
            return Task.CompletedTask;
        }

        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"STATE_DIR {_folder} cannot hold the controller's state: {e.Message.TrimEnd('.')}.", e);
        }

        if (Read("purges.json", WireJson.Default.PurgeLog) is { } purges)
        {
            cluster.SetPurges(purges);
            _writtenPurges = purges;
        }

        if (Read("catalog.json", WireJson.Default.Catalog) is { } catalog)
        {
            _written = new CatalogView(catalog.Revision, catalog.Videos.ToFrozenDictionary(video => video.Name)) { IsRemembered = true };
            cluster.SetCatalog(_written);
            LogRemembered(logger, catalog.Revision, catalog.Videos.Length);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Save();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_folder is not null)
        {
            Save();
        }
    }

    private void Save()
    {
        var snapshot = cluster.Current;
        try
        {
            if (snapshot.Purges != _writtenPurges)
            {
                Write("purges.json", snapshot.Purges, WireJson.Default.PurgeLog);
                _writtenPurges = snapshot.Purges;
            }

            if (snapshot.Catalog is { } catalog && catalog != _written)
            {
                Write("catalog.json", new Contracts.Catalog(catalog.Revision, [.. catalog.Videos.Values]), WireJson.Default.Catalog);
                _written = catalog;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(logger, e.Message);
        }
    }

    /// <summary>Reads a file; null if there is none, or none that can be used.</summary>
    private T? Read<T>(string file, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(_folder!, file));
            return JsonSerializer.Deserialize(stream, type);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(logger, file, e.Message);
            return null;
        }
    }

    /// <summary>Writes beside the file and renames, so that it is whole at every moment.</summary>
    private void Write<T>(string file, T value, JsonTypeInfo<T> type)
    {
        var (path, part) = (Path.Combine(_folder!, file), Path.Combine(_folder!, file + ".part"));
        using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, value, type);
            stream.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }

    [LoggerMessage(EventId = 550, Level = LogLevel.Information, Message = "Remembered catalog revision {Revision}: {Count} videos, until the origin is heard")]
    private static partial void LogRemembered(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 551, Level = LogLevel.Warning, Message = "{File} of an earlier process cannot be used: {Reason}")]
    private static partial void LogNotRead(ILogger logger, string file, string reason);

    [LoggerMessage(EventId = 552, Level = LogLevel.Warning, Message = "The state could not be written: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, string reason);
}

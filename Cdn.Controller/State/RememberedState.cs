using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults;
using Cdn.Transfer.Sets;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.State;

/// <summary>
/// What was read from the origin last, in <c>STATE_DIR</c>, so that a controller that starts while the origin is away knows which
/// videos there are and what was purged. It is a copy: it may be lost, and is never asked while the origin is there. Only changes
/// are written.
/// </summary>
internal sealed partial class RememberedState(
    ClusterState cluster, IOptions<ControllerOptions> options, TimeProvider time, ILogger<RememberedState> logger) : BackgroundService
{
    /// <summary>Time between two looks whether there is something new: 1 s.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly string? _folder = options.Value.StateDir.Length > 0 ? Path.GetFullPath(options.Value.StateDir) : null;
    private StateFile? _file;
    private ClusterSnapshot _written = cluster.Current;

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
            _file = StateFile.Open(Path.Combine(_folder, StateFile.Name), (file, reason) => LogNotRead(logger, file, reason));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new OperatorException($"STATE_DIR {_folder} cannot hold the controller's state: {e.Message.TrimEnd('.')}.", e);
        }

        Remember(_file);
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
        Save();
    }

    public override void Dispose()
    {
        _file?.Dispose();
        base.Dispose();
    }

    /// <summary>Writes what has changed since the last time.</summary>
    internal void Save()
    {
        var snapshot = cluster.Current;
        if (_file is null || ReferenceEquals(snapshot, _written))
        {
            return;
        }

        try
        {
            _file.Write(
                snapshot.Purges == _written.Purges ? null : snapshot.Purges,
                snapshot.Catalog is null || snapshot.Catalog == _written.Catalog ? null : snapshot.Catalog,
                PersistentMap<VideoName, VideoRow>.Diff(_written.Videos, snapshot.Videos)
                    .Where(change => change.Before?.Current != change.After?.Current)
                    .Select(change => (change.Key, change.After?.Current)));
            _written = snapshot;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            LogNotWritten(logger, e.Message);
        }
    }

    private void Remember(StateFile file)
    {
        cluster.Together(() =>
        {
            if (file.ReadPurges() is { } purges)
            {
                cluster.SetPurges(purges);
            }

            if (file.ReadCatalog() is { } catalog)
            {
                cluster.SetRows((_, rows) =>
                {
                    foreach (var video in file.ReadVideos())
                    {
                        rows.Set(video.Name, VideoRow.Of(video));
                    }
                });
                cluster.SetCatalog(catalog with { IsRemembered = true });
            }
        });
        _written = cluster.Current;
        if (_written.Catalog is { } remembered)
        {
            LogRemembered(logger, remembered.Revision, _written.Videos.Count);
        }
    }

    [LoggerMessage(EventId = 550, Level = LogLevel.Information, Message = "Remembered catalog revision {Revision}: {Count} videos, until the origin is heard")]
    private static partial void LogRemembered(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 551, Level = LogLevel.Warning, Message = "{File} of an earlier process cannot be used: {Reason}")]
    private static partial void LogNotRead(ILogger logger, string file, string reason);

    [LoggerMessage(EventId = 552, Level = LogLevel.Warning, Message = "The state could not be written: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, string reason);
}

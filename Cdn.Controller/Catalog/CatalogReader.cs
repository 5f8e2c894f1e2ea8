using System.Collections.Frozen;
using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Catalog;

/// <summary>
/// Step F2: keeps the origin's catalog and its purges up to date. It reads both, and then listens to the changes; if that is not to be
/// had it reads again every <c>CATALOG_POLL</c> seconds. While the origin is away what was read last stays.
/// </summary>
internal sealed partial class CatalogReader(
    OriginClient origin, ClusterState cluster, IOptions<ControllerOptions> options, TimeProvider time, ILogger<CatalogReader> logger)
    : BackgroundService
{
    private string? _catalogTag;
    private string? _purgesTag;

    /// <summary>Why the catalog could not be read; null while it can.</summary>
    public string? Failure { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.CatalogPollSeconds), time);
        do
        {
            try
            {
                await ReadAsync(stoppingToken);
                Failure = null;
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever an origin may answer, it is no reason for the controller to end.
                if (Failure is null)
                {
                    LogAway(logger, e.Message);
                }

                Failure = e.Message;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (await origin.ReadPurgesAsync(_purgesTag, cancellationToken) is var (purges, purgesTag))
        {
            cluster.SetPurges(purges);
            _purgesTag = purgesTag;
        }

        if (await origin.ReadCatalogAsync(_catalogTag, cancellationToken) is var (catalog, catalogTag))
        {
            var videos = catalog.Videos.ToFrozenDictionary(video => video.Name);
            Publish(catalog.Revision, videos, catalogTag, catalog.Videos);
        }
    }

    /// <summary>Follows the origin's events until they end, or until the whole catalog has to be read again.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (type, data) in origin.ListenAsync(_catalogTag, cancellationToken))
            {
                switch (type)
                {
                    case OriginEvent.CatalogType when data.Catalog is { } change && change.From == _catalogTag:
                        Publish(change.Revision, Apply(change, cluster.Current.Catalog!.Videos), change.Tag, change.Set);
                        break;
                    case OriginEvent.PurgesType when data.Purges is { } purges:
                        cluster.SetPurges(purges);
                        break;
                    case OriginEvent.PingType:
                        break;
                    default:
                        await ReadAsync(cancellationToken);
                        break;
                }
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotListening(logger, e.Message); // The next turn reads, and says so if that fails, too.
        }
    }

    private void Publish(
        long revision, FrozenDictionary<VideoName, CatalogVideo> videos, string? tag, ImmutableArray<CatalogVideo> set)
    {
        var before = cluster.Current;
        cluster.SetCatalog(new CatalogView(revision, videos) { Moved = MovedVideos.After(before, videos, set) });
        (_catalogTag is null ? (Action<ILogger, long, int>)LogRead : LogChanged)(logger, revision, videos.Count);
        _catalogTag = tag;
    }

    private static FrozenDictionary<VideoName, CatalogVideo> Apply(
        CatalogChange change, FrozenDictionary<VideoName, CatalogVideo> before)
    {
        var videos = before.ToDictionary();
        foreach (var name in change.Removed)
        {
            videos.Remove(name);
        }

        foreach (var video in change.Set)
        {
            videos[video.Name] = video;
        }

        return videos.ToFrozenDictionary();
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Information, Message = "Catalog revision {Revision}: {Count} videos")]
    private static partial void LogRead(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 503, Level = LogLevel.Debug, Message = "Catalog revision {Revision}: {Count} videos")]
    private static partial void LogChanged(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "The origin's catalog cannot be read, the last one stays: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(EventId = 502, Level = LogLevel.Debug, Message = "The origin's events ended: {Reason}")]
    private static partial void LogNotListening(ILogger logger, string reason);
}

/// <summary>Registers the catalog's reader.</summary>
internal static class CatalogExtensions
{
    public static void AddCatalog(this IServiceCollection services)
    {
        services.AddAskingClient(OriginClient.AskingName);
        services.AddListeningClient(OriginClient.ListeningName);
        services.AddSingleton<OriginClient>();
        services.AddSingleton<CatalogReader>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogReader>());
    }
}

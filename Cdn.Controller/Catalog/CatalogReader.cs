using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Http;
using Cdn.Transfer.Sets;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Catalog;

/// <summary>
/// Step F2: reads the origin's catalog once, and then what changes in it and in the purges, as it happens. While the origin is
/// away what was read last stays, and it is asked again every <c>CATALOG_POLL</c> seconds.
/// </summary>
internal sealed partial class CatalogReader(
    OriginClient origin, ClusterState cluster, IOptions<ControllerOptions> options, TimeProvider time, ILogger<CatalogReader> logger)
    : BackgroundService
{
    private readonly TimeSpan _retry = TimeSpan.FromSeconds(options.Value.CatalogPollSeconds);
    private FeedFollower<CatalogVideo>? _follower;
    private string? _purgesTag;
    private volatile string? _failure;

    /// <summary>Why the origin cannot be asked; null while it can.</summary>
    public string? Failure => _failure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever an origin may answer, it is no reason for the controller to end.
                if (_failure is null)
                {
                    LogAway(logger, e.Message);
                }

                _failure = e is OperationCanceledException ? "it does not answer in time" : e.GetBaseException().Message;
                await Task.Delay(_retry, time, stoppingToken);
            }
        }
    }

    /// <summary>Asks once, and takes the answer.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        _follower ??= new FeedFollower<CatalogVideo>(new CatalogTarget(cluster)); // Not before what was remembered is in the rows.

        var changes = await origin.ReadAsync(_follower.Question, _purgesTag, cancellationToken);
        _failure = null;
        if (changes.Purges is { } purges)
        {
            cluster.SetPurges(purges); // Before the catalog: what follows from a purge must not be known without it.
            _purgesTag = changes.PurgesTag;
        }

        if (changes.Catalog is { } page)
        {
            cluster.Together(() => Take(_follower, page));
        }
    }

    private void Take(FeedFollower<CatalogVideo> follower, FeedPage<CatalogVideo> page)
    {
        if (follower.Apply(page) == FeedOutcome.Restarted)
        {
            LogDiffers(logger);
        }

        if (!follower.IsProven || page.Set != follower.Cursor.Set)
        {
            return; // In the middle of the first reading nobody can say yet what there is not.
        }

        var view = new CatalogView(page.Set, follower.Cursor.Revision);
        var isFirst = cluster.Current.Catalog is not { IsRemembered: false };
        if (view != cluster.Current.Catalog)
        {
            cluster.SetCatalog(view);
            (isFirst ? (Action<ILogger, long, int>)LogRead : LogChanged)(logger, view.Revision, cluster.Current.Counts.Catalog.Videos);
        }
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Information, Message = "Catalog revision {Revision} is read: {Count} videos")]
    private static partial void LogRead(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 503, Level = LogLevel.Debug, Message = "Catalog revision {Revision}: {Count} videos")]
    private static partial void LogChanged(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "The origin's catalog cannot be read, the last one stays: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(EventId = 502, Level = LogLevel.Warning, Message = "What is known of the catalog is not what the origin has: it is read again")]
    private static partial void LogDiffers(ILogger logger);
}

/// <summary>Registers the catalog's reader.</summary>
internal static class CatalogExtensions
{
    public static void AddCatalog(this IServiceCollection services)
    {
        services.AddProbeClient(OriginClient.ClientName).ConfigureHttpClient(client => client.Timeout = OriginClient.Patience);
        services.AddSingleton<OriginClient>();
        services.AddSingleton<CatalogReader>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogReader>());
    }
}

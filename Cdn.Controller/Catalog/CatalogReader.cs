using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Catalog;

/// <summary>Step F2: keeps the origin's catalog up to date. While the origin is away the last one stays.</summary>
internal sealed partial class CatalogReader(
    IHttpClientFactory clients, ClusterState cluster, IOptions<ControllerOptions> options, TimeProvider time, ILogger<CatalogReader> logger)
    : BackgroundService
{
    public const string ClientName = "catalog";

    private string? _etag;

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
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://origin" + Routes.ListVideos);
        if (_etag is not null)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(_etag));
        }

        using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return;
        }

        response.EnsureSuccessStatusCode();
        var catalog = await response.Content.ReadFromJsonAsync(WireJson.Default.Catalog, cancellationToken)
            ?? throw new JsonException("The catalog is null.");
        cluster.SetCatalog(new CatalogView(catalog.Revision, catalog.Videos.ToFrozenDictionary(video => video.Name)));
        _etag = response.Headers.ETag?.ToString();
        LogRead(logger, catalog.Revision, catalog.Videos.Length);
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Information, Message = "Catalog revision {Revision}: {Count} videos")]
    private static partial void LogRead(ILogger logger, long revision, int count);

    [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "The origin's catalog cannot be read, the last one stays: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}

/// <summary>Registers the catalog's reader.</summary>
internal static class CatalogExtensions
{
    public static void AddCatalog(this IServiceCollection services)
    {
        services.AddAskingClient(CatalogReader.ClientName);
        services.AddSingleton<CatalogReader>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogReader>());
    }
}

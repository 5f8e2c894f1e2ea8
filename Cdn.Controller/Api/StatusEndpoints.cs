using System.Collections.Immutable;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Cdn.Contracts;
using Cdn.Controller.Catalog;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Controller.Api;

/// <summary>What an operator may see.</summary>
internal static class StatusEndpoints
{
    /// <summary>Videos on a page, if nothing else is asked for: 100; at most 1,000.</summary>
    private const int PageSize = 100;
    private const int MaxPageSize = 1000;

    /// <summary>Longest silence of the events: 5 s.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(5);

    /// <summary>Shortest time between two events: 200 ms. A fill changes something many times a second.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static void MapStatus(this IEndpointRouteBuilder api)
    {
        api.MapGet("/status", Status).WithSummary("The CDN at a glance");
        api.MapGet("/events", Events).WithSummary("The status, again with every change (server-sent events)");
        api.MapGet("/videos", Videos).WithSummary("The videos of the catalog, by name, and who is proven to hold them");
    }

    public static ImmutableArray<ReplicaAnswer> Replicas(ClusterSnapshot snapshot) =>
        [.. snapshot.Replicas.Select(replica => Describe(replica, snapshot))];

    public static ReplicaAnswer Describe(ReplicaView replica, ClusterSnapshot snapshot) => new(
        replica.Name,
        replica.State,
        replica.IsDraining,
        snapshot.Proven(replica).Videos,
        snapshot.Planned(snapshot.IndexOf(replica.Name)).Videos,
        replica.Inventory.Count,
        InventoryCounts.BytesOf(replica.Inventory),
        snapshot.Purges.AppliedBy(replica.Mark),
        replica.Failure);

    private static Ok<StatusAnswer> Status(ClusterState cluster, FillHealth health, CatalogReader reader) =>
        TypedResults.Ok(Describe(cluster.Current, health, reader));

    private static StatusAnswer Describe(ClusterSnapshot snapshot, FillHealth health, CatalogReader reader)
    {
        var check = health.Check(snapshot);
        return new StatusAnswer(
            snapshot.Epoch,
            check.Status == HealthStatus.Healthy,
            check.Description ?? "",
            snapshot.Catalog is { } catalog
                ? new CatalogAnswer(catalog.Revision, catalog.Videos.Count, catalog.Bytes, reader.Failure)
                : null,
            ClusterProgress.Of(snapshot),
            Replicas(snapshot),
            new PurgesAnswer(snapshot.Purges.Last, snapshot.Purges.Open),
            snapshot.Plan is { } plan ? new UnplacedAnswer(plan.Unplaced.Videos, plan.Unplaced.Bytes) : null);
    }

    private static Results<Ok<VideosAnswer>, ProblemHttpResult> Videos(ClusterState cluster, string? prefix, string? after, int limit = PageSize)
    {
        if (limit is < 1 or > MaxPageSize)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, detail: $"limit must be from 1 to {MaxPageSize}.");
        }

        var snapshot = cluster.Current;
        var page = (snapshot.Catalog?.Videos.Values ?? [])
            .Where(video => video.Name.Value.StartsWith(prefix ?? "", StringComparison.Ordinal)
                && string.CompareOrdinal(video.Name.Value, after) > 0)
            .OrderBy(video => video.Name.Value, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        return TypedResults.Ok(new VideosAnswer(
            [.. page.Take(limit).Select(video => new VideoAnswer(
                video.Name, video.Size, video.Sha256, video.ContentType, video.LastModified, snapshot.Demand.LatestRequests(video.Name),
                [.. snapshot.Replicas.Where((_, index) => snapshot.Belongs(index, video.Name)).Select(replica => replica.Name)],
                [.. snapshot.Replicas.Where(replica => replica.Holds(video)).Select(replica => replica.Name)]))],
            page.Count > limit ? page[limit - 1].Name : null));
    }

    private static ServerSentEventsResult<StatusAnswer> Events(
        ClusterState cluster, FillHealth health, CatalogReader reader, IHostApplicationLifetime lifetime, CancellationToken aborted) =>
        TypedResults.ServerSentEvents(EventsAsync(cluster, health, reader, lifetime.ApplicationStopping, aborted));

    private static async IAsyncEnumerable<SseItem<StatusAnswer>> EventsAsync(
        ClusterState cluster,
        FillHealth health,
        CatalogReader reader,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        using var changed = new Signal();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        cluster.Changed += changed.Set;
        try
        {
            while (!either.IsCancellationRequested)
            {
                var snapshot = cluster.Current;
                yield return new SseItem<StatusAnswer>(Describe(snapshot, health, reader), "status") { EventId = $"{snapshot.Epoch}" };
                await WaitForAsync(snapshot.Epoch, cluster, changed, either.Token);
            }
        }
        finally
        {
            cluster.Changed -= changed.Set;
        }
    }

    /// <summary>Waits for another epoch; also ends when it is time to say something, or when it is over.</summary>
    private static async Task WaitForAsync(long epoch, ClusterState cluster, Signal changed, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Pause, cancellationToken);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(SayEvery);
            while (cluster.Current.Epoch == epoch)
            {
                await changed.WaitAsync(SayEvery, patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Either way the caller looks.
        }
    }
}

using System.Collections.Immutable;
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

    public static void MapStatus(this IEndpointRouteBuilder api)
    {
        api.MapGet("/status", Status).WithSummary("The CDN at a glance");
        api.MapGet("/videos", Videos).WithSummary("The videos of the catalog, by name, and who is proven to hold them");
    }

    public static ImmutableArray<ReplicaAnswer> Replicas(ClusterSnapshot snapshot) =>
        [.. Enumerable.Range(0, snapshot.Replicas.Length).Select(replica => Describe(replica, snapshot))];

    public static ReplicaAnswer Describe(int replica, ClusterSnapshot snapshot)
    {
        var (view, held) = (snapshot.Replicas[replica], snapshot.Counts.Held[replica]);
        return new ReplicaAnswer(
            view.Name, view.State, view.IsDraining, snapshot.Proven(replica).Videos, snapshot.Planned(replica).Videos,
            view.State == ReplicaState.Down ? 0 : held.Videos, view.State == ReplicaState.Down ? 0 : held.Bytes,
            snapshot.Purges.AppliedBy(view.Mark), view.Failure);
    }

    /// <summary>The status. While the origin is away nobody knows what is missing: that is not healthy.</summary>
    public static StatusAnswer Describe(ClusterSnapshot snapshot, string? originAway)
    {
        var check = FillHealth.Check(snapshot, originAway);
        return new StatusAnswer(
            snapshot.Epoch,
            check.Status == HealthStatus.Healthy && originAway is null,
            originAway is null ? check.Description ?? "" : $"The origin cannot be asked: {originAway.TrimEnd('.')}. {check.Description}",
            snapshot.Catalog is { } catalog
                ? new CatalogAnswer(catalog.Revision, snapshot.Counts.Catalog.Videos, snapshot.Counts.Catalog.Bytes, originAway)
                : null,
            ClusterProgress.Of(snapshot),
            Replicas(snapshot),
            new PurgesAnswer(snapshot.Purges.Last, snapshot.Purges.Open),
            snapshot.Plan is { } plan ? new UnplacedAnswer(plan.Unplaced.Videos, plan.Unplaced.Bytes) : null);
    }

    private static Ok<StatusAnswer> Status(ClusterState cluster, CatalogReader reader) =>
        TypedResults.Ok(Describe(cluster.Current, reader.Failure));

    private static Results<Ok<VideosAnswer>, ProblemHttpResult> Videos(ClusterState cluster, string? prefix, string? after, int limit = PageSize)
    {
        if (limit is < 1 or > MaxPageSize)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, detail: $"limit must be from 1 to {MaxPageSize}.");
        }

        var snapshot = cluster.Current;
        var page = snapshot.Videos
            .Select(entry => entry.Value)
            .Where(row => row.Current is not null
                && row.Name.Value.StartsWith(prefix ?? "", StringComparison.Ordinal)
                && string.CompareOrdinal(row.Name.Value, after) > 0)
            .OrderBy(row => row.Name.Value, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        return TypedResults.Ok(new VideosAnswer(
            [.. page.Take(limit).Select(row => Describe(row, row.Current!, snapshot))],
            page.Count > limit ? page[limit - 1].Name : null));
    }

    private static VideoAnswer Describe(VideoRow row, CatalogVideo video, ClusterSnapshot snapshot) => new(
        video.Name, video.Size, video.Sha256, video.ContentType, video.LastModified, snapshot.Demand.LatestRequests(video.Name),
        [.. snapshot.Replicas.Where((_, index) => snapshot.Belongs(index, row)).Select(replica => replica.Name)],
        [.. snapshot.Replicas.Where((replica, index) => replica.State != ReplicaState.Down && !replica.Missed.Contains(row.Name) && row.Holders.Contains(index))
            .Select(replica => replica.Name)]);
}

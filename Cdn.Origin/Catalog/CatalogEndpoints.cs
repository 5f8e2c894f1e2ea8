using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.Origin.Hashing;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cdn.Origin.Catalog;

/// <summary>Step F2: the catalog, as the controller reads it; and how the folder is.</summary>
internal static class CatalogEndpoints
{
    public static void AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<VideoRoot>();
        services.AddSingleton<FolderMemory>();
        services.AddSingleton<PublishedCatalog>();
        services.AddSingleton<HashQueue>();
        services.AddSingleton<HashWorkers>();
        services.AddSingleton<Doubts>();
        services.AddSingleton<PublishedOpener>();
        services.AddSingleton<FolderState>();
        services.AddSingleton<CatalogHealth>();
        services.AddActivatedSingleton<CatalogMetrics>();
        services.AddHostedService<CatalogService>();
        services.AddHealthChecks().AddCheck<CatalogHealth>("catalog");
    }

    public static void MapCatalog(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Routes.ListVideos, ListVideos);
        endpoints.MapGet(Routes.Folder, Report).RequireSharedKey();
        endpoints.MapPost(Routes.DoubtVideo, Doubt)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxJsonRequestBytes));
    }

    /// <summary>It is written out as it goes: a million videos are some hundred megabytes, which nobody keeps.</summary>
    private static Results<Ok<Contracts.Catalog>, StatusCodeHttpResult, ProblemHttpResult> ListVideos(PublishedCatalog published, HttpContext context)
    {
        if (published.Current is not { } current)
        {
            context.Response.Headers.RetryAfter = "1";
            return StillScanning();
        }

        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ETag = current.ETag;
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Tag == current.ETag || tag.Tag == "*")
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(current.ToCatalog());
    }

    internal static ProblemHttpResult StillScanning() => TypedResults.Problem(
        statusCode: StatusCodes.Status503ServiceUnavailable, detail: "The first scan of the videos is still running.");

    private static Ok<FolderReport> Report(FolderState state, HashQueue queue)
    {
        var (folder, backlog) = (state.Current, queue.Backlog());
        return TypedResults.Ok(new FolderReport(
            folder.Files,
            folder.Watching,
            folder.ScanTook?.TotalSeconds,
            new HashingReport(backlog.Waiting, backlog.Bytes, backlog.Running, backlog.Oldest, backlog.OldestSeconds),
            folder.Troubles,
            folder.IgnoredTotal,
            folder.Ignored));
    }

    private static Accepted Doubt(VideoDoubt doubt, Doubts doubts)
    {
        doubts.Add(doubt);
        return TypedResults.Accepted((string?)null);
    }
}

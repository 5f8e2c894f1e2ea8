using System.Globalization;
using Cdn.Contracts;
using Cdn.Replica.Delivery;
using Cdn.Replica.Drain;
using Cdn.Replica.Eviction;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cdn.Replica.Store;

/// <summary>What is held (step F3), and purging.</summary>
internal static class StoreEndpoints
{
    public static void AddStore(this IServiceCollection services)
    {
        services.AddSingleton<StoreLayout>();
        services.AddSingleton<SpaceBudget>();
        services.AddSingleton<EvictionMetrics>();
        services.AddSingleton<Evictor>();
        services.AddSingleton<KeyedLock<Sha256Digest>>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<VideoStore>();
        services.AddSingleton<StoreHealth>();
        services.AddHostedService<StoreService>();
        services.AddHealthChecks().AddCheck<StoreHealth>("store");
    }

    public static void MapStore(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Routes.Inventory, GetInventory);
        endpoints.MapGet(Routes.IsCached + "{**video}", IsCached);
        endpoints.MapDelete(Routes.CacheVideo + "{**video}", Drop).RequireSharedKey();
        endpoints.MapPost(Routes.Purge, Purge)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxPurgeLogBytes));
    }

    private static async Task GetInventory(VideoStore store, DrainState drain, DeliveryMetrics delivery, HttpContext context)
    {
        drain.Answer(context);
        var response = context.Response;
        response.Headers[CdnHeaders.Load] = delivery.Load().ToString(CultureInfo.InvariantCulture);
        var inventory = store.Inventory(unless: context.Request.Headers.IfNoneMatch, out var etag);
        response.Headers.ETag = etag;
        response.Headers.CacheControl = "no-cache";
        if (inventory is null)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await inventory.WriteAsync(response, context.RequestAborted);
    }

    private static Ok<IsCachedAnswer> IsCached(RequestedVideo video, VideoStore store) =>
        TypedResults.Ok(store.TryGet(video.Name, out var held)
            ? new IsCachedAnswer(true, held.Size, held.Sha256)
            : new IsCachedAnswer(false, null, null));

    private static Ok<PurgeAnswer> Purge(PurgeLog log, VideoStore store) => TypedResults.Ok(store.Apply(log));

    private static Results<NoContent, ProblemHttpResult> Drop(RequestedVideo video, VideoStore store) =>
        store.Remove(video.Name) is not null
            ? TypedResults.NoContent()
            : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: $"'{video.Name}' is not held here.");
}

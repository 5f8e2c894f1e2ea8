using Cdn.Contracts;
using Cdn.Replica.Eviction;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

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
        endpoints.MapDelete(Routes.CacheVideo + "{**video}", Purge).RequireSharedKey();
    }

    private static FileContentHttpResult GetInventory(VideoStore store, HttpResponse response)
    {
        var inventory = store.Inventory();
        response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(inventory.Json, "application/json", entityTag: new EntityTagHeaderValue(inventory.ETag));
    }

    private static Ok<IsCachedAnswer> IsCached(RequestedVideo video, VideoStore store) =>
        TypedResults.Ok(store.TryGet(video.Name, out var held)
            ? new IsCachedAnswer(true, held.Size, held.Sha256)
            : new IsCachedAnswer(false, null, null));

    private static Results<NoContent, ProblemHttpResult> Purge(RequestedVideo video, VideoStore store) =>
        store.Remove(video.Name) is not null
            ? TypedResults.NoContent()
            : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: $"'{video.Name}' is not held here.");
}

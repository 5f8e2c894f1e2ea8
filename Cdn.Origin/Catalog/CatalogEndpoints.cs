using Cdn.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Cdn.Origin.Catalog;

/// <summary>Step F2: the catalog, as the controller reads it.</summary>
internal static class CatalogEndpoints
{
    public static void AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<VideoFolder>();
        services.AddSingleton<HashMemory>();
        services.AddSingleton<PublishedCatalog>();
        services.AddSingleton<CatalogScanner>();
        services.AddSingleton<CatalogHealth>();
        services.AddHostedService<CatalogService>();
        services.AddHealthChecks().AddCheck<CatalogHealth>("catalog");
    }

    public static void MapCatalog(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(Routes.ListVideos, ListVideos);

    private static Results<FileContentHttpResult, ProblemHttpResult> ListVideos(PublishedCatalog published, HttpResponse response)
    {
        if (published.Current is not { } current)
        {
            response.Headers.RetryAfter = "1";
            return TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: "The first scan of the videos is still running.");
        }

        response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(current.Json, "application/json", entityTag: new EntityTagHeaderValue(current.ETag));
    }
}

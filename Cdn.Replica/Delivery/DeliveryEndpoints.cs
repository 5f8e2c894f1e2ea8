using Cdn.Contracts;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Requests;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Cdn.Replica.Delivery;

/// <summary>Step R5: serves what is held, with ranges and conditions (RFC 9110 sections 13 and 14).</summary>
internal static class DeliveryEndpoints
{
    public static void AddDelivery(this IServiceCollection services)
    {
        services.AddSingleton<DeliveryMetrics>();

        // The client is nginx, and behind it may be a player on pause: how long that may last is for nginx to say.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinResponseDataRate = null);
    }

    public static void MapDelivery(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods(Routes.Video + "{**video}", [HttpMethods.Get, HttpMethods.Head], GetVideo);

    private static Results<FileStreamHttpResult, ProblemHttpResult> GetVideo(
        RequestedVideo video, VideoStore store, DeliveryMetrics metrics, HttpRequest request)
    {
        if (!request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.Remove(HeaderNames.Range); // A unit that we do not know is to be ignored (RFC 9110 section 14.2).
        }

        if (store.OpenRead(video.Name) is not var (held, file))
        {
            metrics.Miss();
            return TypedResults.Problem(
                statusCode: StatusCodes.Status404NotFound, detail: $"'{video.Name}' is not held here.");
        }

        metrics.Hit();
        return TypedResults.Stream(
            new MeteredStream(file, metrics),
            ContentTypes.Of(video.Name),
            lastModified: held.LastModified,
            entityTag: new EntityTagHeaderValue(held.ETag),
            enableRangeProcessing: true);
    }
}

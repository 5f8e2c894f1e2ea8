using Cdn.Contracts;
using Cdn.Origin.Catalog;
using Cdn.ServiceDefaults.Requests;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Cdn.Origin.Delivery;

/// <summary>The originals, with ranges, for replicas that pull.</summary>
internal static class DeliveryEndpoints
{
    public static void MapDelivery(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods(Routes.Video + "{**video}", [HttpMethods.Get, HttpMethods.Head], GetVideo);

    private static Results<FileStreamHttpResult, ProblemHttpResult> GetVideo(
        RequestedVideo video, PublishedCatalog catalog, PublishedOpener opener, HttpResponse response)
    {
        if (!catalog.TryGet(video.Name, out var published))
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: $"There is no video '{video.Name}'.");
        }

        if (opener.Open(published, out _) is not { } file)
        {
            // Its tag and digest would be those of another version; the next look publishes the new one.
            response.Headers.RetryAfter = "1";
            return TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"'{video.Name}' has just changed or gone.");
        }

        var entry = published.Video;
        response.Headers[CdnHeaders.ReprDigest] = entry.Sha256.ToReprDigest();
        return TypedResults.Stream(
            new FileStream(file, FileAccess.Read, bufferSize: 0),
            entry.ContentType,
            lastModified: entry.LastModified,
            entityTag: new EntityTagHeaderValue(EntityTags.Of(entry.LastModified, entry.Size)),
            enableRangeProcessing: true);
    }
}

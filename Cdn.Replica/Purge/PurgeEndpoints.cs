using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cdn.Replica.Purge;

/// <summary>
/// Taking away: a log of purges, which are recorded, and the drop of one copy, or of many. What cannot be written is undone, and
/// said.
/// </summary>
internal static class PurgeEndpoints
{
    public static void MapPurge(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Routes.Purge, ApplyAsync)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxPurgeLogBytes));
        endpoints.MapDelete(Routes.CacheVideo + "{**video}", DropAsync).RequireSharedKey();
        endpoints.MapPost(Routes.DropVideos, DropManyAsync)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxDropRequestBytes));
    }

    private static async Task<Results<Ok<PurgeAnswer>, ProblemHttpResult>> ApplyAsync(PurgeLog log, VideoStore store)
    {
        if (log.Open.IsDefault || log.Open.Any(purge => purge is not { What.IsValid: true }))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest, detail: "Each purge needs one of name, prefix and all.");
        }

        var result = store.Opening is { } opening
            ? new StoreResult<PurgeAnswer>(null, NotOpen(opening))
            : await store.ApplyAsync(log);
        return result.Failure is { } failure ? Problem(failure, store) : TypedResults.Ok(result.Value!);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DropAsync(RequestedVideo video, VideoStore store)
    {
        var result = await store.DropAsync(video.Name);
        return result switch
        {
            { Failure: { } failure } => Problem(failure, store),
            { Value: null } => TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: $"'{video.Name}' is not held here."),
            _ => TypedResults.NoContent(),
        };
    }

    private static async Task<Results<Ok<DropManyAnswer>, ProblemHttpResult>> DropManyAsync(
        DropManyRequest request, VideoStore store)
    {
        if (request.Videos.IsDefault)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, detail: "A drop names its videos.");
        }

        if (request.Videos.Length > Limits.MaxBatchVideos)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status413PayloadTooLarge,
                detail: $"A drop of many has at most {Limits.MaxBatchVideos} videos.");
        }

        if (store.Opening is { } opening)
        {
            return Problem(NotOpen(opening), store);
        }

        var results = await Task.WhenAll(await store.DropAllAsync(request.Videos));
        return TypedResults.Ok(
            new DropManyAnswer([.. request.Videos.Zip(results, (video, result) => ReceiptOf(video.Name, result))]));
    }

    private static VideoReceipt ReceiptOf(VideoName name, StoreResult<HeldObject> result) => result switch
    {
        { Failure: { } failure } => new VideoReceipt(name, failure.Status, failure.Reason),
        { Value: null } => new VideoReceipt(
            name, StatusCodes.Status404NotFound, "It is not held here, or not as it was said to be."),
        _ => new VideoReceipt(name, VideoReceipt.Done),
    };

    private static StoreFailure NotOpen(string opening) => new(false, $"The store is being opened: {opening}");

    private static ProblemHttpResult Problem(StoreFailure failure, VideoStore store) => TypedResults.Problem(
        statusCode: store.Opening is null ? failure.Status : StatusCodes.Status503ServiceUnavailable, detail: failure.Reason);
}

using Cdn.Contracts;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cdn.Replica.Purge;

/// <summary>
/// Taking away: a log of purges, which are recorded, and the drop of one copy. What cannot be written is undone, and said.
/// </summary>
internal static class PurgeEndpoints
{
    public static void MapPurge(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Routes.Purge, ApplyAsync)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxPurgeLogBytes));
        endpoints.MapDelete(Routes.CacheVideo + "{**video}", DropAsync).RequireSharedKey();
    }

    private static async Task<Results<Ok<PurgeAnswer>, ProblemHttpResult>> ApplyAsync(PurgeLog log, VideoStore store)
    {
        if (log.Open.IsDefault || log.Open.Any(purge => purge is not { What.IsValid: true }))
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, detail: "Each purge needs one of name, prefix and all.");
        }

        var result = store.Opening is { } opening ? NotOpen<PurgeAnswer>(opening) : await store.ApplyAsync(log);
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

    private static StoreResult<T> NotOpen<T>(string opening) => new(default, new StoreFailure(false, $"The store is being opened: {opening}"));

    private static ProblemHttpResult Problem(StoreFailure failure, VideoStore store) => TypedResults.Problem(
        statusCode: store.Opening is null ? failure.Status : StatusCodes.Status503ServiceUnavailable, detail: failure.Reason);
}

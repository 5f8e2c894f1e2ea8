using Cdn.Contracts;
using Cdn.Controller.Purge;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Controller.Api;

/// <summary>Purges and blocks, by an operator.</summary>
internal static class PurgeEndpoints
{
    public static void MapPurges(this IEndpointRouteBuilder api)
    {
        api.MapPost("/purge", PurgeAsync)
            .WithSummary("Purge by name, prefix or all; answers with a receipt per replica")
            .WithDescription("""
                Give one of name, prefix and all. refill (default true): the replicas are filled again with what the origin has; false: only
                with another version than it has now. block: the origin gives out no version any more. Blocks are lifted with DELETE /api/blocks.
                """);
        api.MapGet("/blocks", BlocksAsync).WithSummary("What the origin has and does not give out");
        api.MapDelete("/blocks", LiftAsync).WithSummary("Lift a block: the one that was made with this name, this prefix, or all");
    }

    private static async Task<Results<Ok<PurgeReport>, ProblemHttpResult>> PurgeAsync(
        PurgeRequest request, Purger purger, CancellationToken cancellationToken)
    {
        if (request.What.Error is { } error)
        {
            return Refused(error);
        }

        try
        {
            return TypedResults.Ok(await purger.PurgeAsync(request, cancellationToken));
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            return Failed("Nothing was purged: the origin, which remembers purges, did not record it", e);
        }
    }

    private static async Task<Results<Ok<BlockList>, ProblemHttpResult>> BlocksAsync(PurgeClient client, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await client.BlocksAsync(cancellationToken));
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            return Failed("The origin cannot be asked", e);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> LiftAsync(
        string? name, string? prefix, bool? all, PurgeClient client, CancellationToken cancellationToken)
    {
        VideoName? video = name is null ? null
            : VideoName.TryParse(name, out var parsed, out var error) ? parsed
            : throw new BadHttpRequestException(error);
        var what = new PurgeSelector(video, prefix, all ?? false);
        if (!what.IsValid)
        {
            return Refused(what.Error!);
        }

        try
        {
            return await client.LiftAsync(what, cancellationToken)
                ? TypedResults.NoContent()
                : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: "There is no such block.");
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            return Failed("The block stays: the origin cannot be asked", e);
        }
    }

    private static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static ProblemHttpResult Refused(string error) =>
        TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, detail: error);

    private static ProblemHttpResult Failed(string what, Exception e) =>
        TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"{what}: {e.GetBaseException().Message}");
}

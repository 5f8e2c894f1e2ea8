using Cdn.Contracts;
using Cdn.Origin.Catalog;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

using Cdn.Origin.Ledger;

namespace Cdn.Origin.Purge;

/// <summary>The record of purges and blocks, as controllers read and write it.</summary>
internal static class PurgeEndpoints
{
    public static void AddPurges(this IServiceCollection services) => services.AddSingleton<PurgeLedger>();

    public static void MapPurges(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Routes.Purges, GetLog);
        endpoints.MapPost(Routes.Purges, Add)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxJsonRequestBytes));
        endpoints.MapDelete(Routes.Purges, (string log, long through, PurgeLedger ledger) => TypedResults.Ok(ledger.Close(log, through))).RequireSharedKey();
        endpoints.MapGet(Routes.Blocks, (PurgeLedger ledger) => TypedResults.Ok(new BlockList(ledger.Blocks.All))).RequireSharedKey();
        endpoints.MapDelete(Routes.Blocks, Lift).RequireSharedKey();
    }

    private static Results<Ok<PurgeLog>, StatusCodeHttpResult> GetLog(PurgeLedger ledger, HttpContext context)
    {
        var log = ledger.Log;
        var etag = $"\"{log.Tag}\"";
        context.Response.Headers.ETag = etag;
        context.Response.Headers.CacheControl = "no-cache";
        return context.Request.Headers.IfNoneMatch == etag ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(log);
    }

    private static Results<Ok<PurgeLog>, ProblemHttpResult> Add(PurgeRequest request, PurgeLedger ledger, PublishedCatalog published)
    {
        if (request.What.Error is { } error)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, detail: error);
        }

        var current = published.Current?.Videos.Map.Select(item => item.Value) ?? [];
        IEnumerable<Block> blocks = request switch
        {
            { Block: true } => [new Block(request.What)],
            { Refill: false } => current
                .Where(video => request.What.Matches(video.Name))
                .Select(video => new Block(new PurgeSelector(video.Name), video.Sha256)),
            _ => [],
        };
        var log = ledger.Add(request.What, blocks);
        published.Republish();
        return log is not null
            ? TypedResults.Ok(log)
            : TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable,
                detail: $"{Limits.MaxOpenPurges} purges wait for replicas that do not answer; purge by prefix, or all.");
    }

    private static Results<NoContent, ProblemHttpResult> Lift(
        string? name, string? prefix, bool? all, PurgeLedger ledger, PublishedCatalog published)
    {
        VideoName? video = name is null ? null
            : VideoName.TryParse(name, out var parsed, out var error) ? parsed
            : throw new BadHttpRequestException(error);
        if (ledger.Lift(new PurgeSelector(video, prefix, all ?? false)) == 0)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: "There is no such block.");
        }

        published.Republish();
        return TypedResults.NoContent();
    }
}

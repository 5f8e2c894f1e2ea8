using System.Collections.Immutable;
using Cdn.Controller.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Controller.Api;

/// <summary>Who did what.</summary>
internal static class AuditEndpoints
{
    /// <summary>Entries on a page, if nothing else is asked for: 100; at most 1,000.</summary>
    private const int PageSize = 100;
    private const int MaxPageSize = 1000;

    public static void MapAudit(this IEndpointRouteBuilder api) =>
        api.MapGet("/audit", Page)
            .WithSummary("What operators changed, or tried to: who, when, from where, and what came of it; the last first");

    private static Results<Ok<AuditAnswer>, ProblemHttpResult> Page(
        AuditLog audit, long before = long.MaxValue, int limit = PageSize)
    {
        if (limit is < 1 or > MaxPageSize)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest, detail: $"limit must be from 1 to {MaxPageSize}.");
        }

        if (!audit.IsKept)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status404NotFound,
                detail: "What operators do is in the log of this process alone: STATE_DIR is not set.");
        }

        return audit.Read(before, limit + 1) is { } entries
            ? TypedResults.Ok(new AuditAnswer([.. entries.Take(limit)], entries.Count > limit ? entries[limit - 1].Number : null))
            : TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable,
                detail: "The audit log cannot be read; the controller's log says why.");
    }
}

/// <summary>A page of what operators did, the last first.</summary>
/// <param name="Entries">The page.</param>
/// <param name="Next">What to give as <c>before</c> for the next page; absent on the last one.</param>
internal sealed record AuditAnswer(ImmutableArray<AuditEntry> Entries, long? Next);

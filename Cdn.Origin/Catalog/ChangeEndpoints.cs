using Cdn.Contracts;
using Cdn.Origin.Ledger;
using Cdn.Transfer.Sets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Origin.Catalog;

/// <summary>
/// Step F2, as it happens: the next change of the purges or of the catalog, as soon as there is one. Nothing is kept for who
/// asks: each says where it is, and reads at its own speed.
/// </summary>
internal static class ChangeEndpoints
{
    public static void MapChanges(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(Routes.Changes, ReadAsync);

    private static async Task<Results<Ok<OriginChanges>, ProblemHttpResult>> ReadAsync(
        FeedRequest request,
        string? purges,
        PublishedCatalog published,
        PurgeLedger ledger,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        HttpContext context)
    {
        if (published.Current is null)
        {
            context.Response.Headers.RetryAfter = "1";
            return CatalogEndpoints.StillScanning();
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, context.RequestAborted);
        try
        {
            return TypedResults.Ok(await request.AnswerAsync(
                () => Task.WhenAny(published.NextChange, ledger.NextChange),
                () => Answer(request.Cursor, purges, published, ledger),
                time,
                either.Token) ?? new OriginChanges());
        }
        catch (OperationCanceledException)
        {
            return TypedResults.Ok(new OriginChanges()); // The origin stops, or nobody listens any more.
        }
    }

    /// <summary>
    /// Purges before the catalog: what is blocked is purged, with a receipt, and not merely dropped as surplus. A purge is
    /// recorded before the catalog follows, so it is looked for after the catalog was read.
    /// </summary>
    private static OriginChanges? Answer(FeedCursor cursor, string? purges, PublishedCatalog published, PurgeLedger ledger)
    {
        var page = published.Read(cursor);
        var log = ledger.Log;
        return log.Tag != purges ? new OriginChanges(log, log.Tag)
            : page is null || (page.Buckets is null && page.Revision == page.From) ? null
            : new OriginChanges(Catalog: page);
    }
}

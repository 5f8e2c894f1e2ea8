using Cdn.Contracts;
using Cdn.Replica.Delivery;
using Cdn.Replica.Drain;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Requests;
using Cdn.Transfer.Sets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Replica.Inventory;

/// <summary>What is held (step F3): the whole once, then what changes; and a sign of life apart from it.</summary>
internal static class InventoryEndpoints
{
    public static void MapInventory(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Routes.Inventory, GetInventoryAsync);
        endpoints.MapGet(Routes.Heartbeat, GetHeartbeat);
        endpoints.MapGet(Routes.IsCached + "{**video}", IsCached);
    }

    private static async Task<Results<Ok<InventoryPage>, ProblemHttpResult>> GetInventoryAsync(
        FeedRequest request, VideoStore store, StoreWriter writer, TimeProvider time, IHostApplicationLifetime lifetime, HttpContext context)
    {
        if (store.Opening is { } opening)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"The store is being opened: {opening}");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            var page = await request.AnswerAsync(() => writer.Set.NextChange, () => Read(request.Cursor, writer, isNewsOnly: true), time, either.Token);
            return TypedResults.Ok(page ?? Read(request.Cursor, writer, isNewsOnly: false)!);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return TypedResults.Ok(Read(request.Cursor, writer, isNewsOnly: false)!); // It stops: who waits is not kept.
        }
    }

    /// <summary>
    /// What comes next for a reader. The mark is taken first: what it says had been applied when the page was read.
    /// </summary>
    private static InventoryPage? Read(FeedCursor cursor, StoreWriter writer, bool isNewsOnly)
    {
        var mark = writer.Current.Mark;
        var page = writer.Set.Read(cursor, (name, content) => content.Named(name));
        return isNewsOnly && page.Buckets is null && page.Revision == page.From ? null : new InventoryPage(page, mark);
    }

    private static Ok<Heartbeat> GetHeartbeat(
        VideoStore store, RoomAccountant room, DrainState drain, DeliveryMetrics delivery, HttpContext context)
    {
        drain.Heard(context.Request.Headers[CdnHeaders.Controller].ToString());
        var (current, opening) = (store.Current, store.Opening);
        return TypedResults.Ok(new Heartbeat(
            opening is null ? current.Set.Set : "",
            current.Set.Number,
            current.Set.Digest.ToString(),
            current.Count,
            room.Used,
            drain.IsDraining,
            delivery.Load(),
            room.Capacity < long.MaxValue ? room.Capacity : null,
            current.Mark,
            opening));
    }

    private static Ok<IsCachedAnswer> IsCached(RequestedVideo video, VideoStore store) =>
        TypedResults.Ok(store.TryGet(video.Name, out var held)
            ? new IsCachedAnswer(true, held.Size, held.Sha256)
            : new IsCachedAnswer(false, null, null));
}

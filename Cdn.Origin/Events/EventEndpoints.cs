using System.Collections.Immutable;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Cdn.Contracts;
using Cdn.Origin.Catalog;
using Cdn.Origin.Purge;
using Cdn.ServiceDefaults.Concurrency;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Origin.Events;

/// <summary>
/// Step F2, as it happens: changes of the catalog since the one that the listener has (<c>Last-Event-ID</c>), and the purges. Nothing
/// is kept for a listener: each reads from the same history, at its own speed.
/// </summary>
internal static class EventEndpoints
{
    /// <summary>Longest silence: 5 s. A listener that hears nothing for three times as long takes the connection for dead.</summary>
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);

    public static void MapEvents(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(Routes.Events, Listen);

    private static ServerSentEventsResult<OriginEvent> Listen(
        HttpContext context, PublishedCatalog published, PurgeLedger ledger, TimeProvider time, IHostApplicationLifetime lifetime) =>
        TypedResults.ServerSentEvents(EventsAsync(
            context.Request.Headers["Last-Event-ID"].ToString(), published, ledger, time, lifetime.ApplicationStopping, context.RequestAborted));

    private static async IAsyncEnumerable<SseItem<OriginEvent>> EventsAsync(
        string tag,
        PublishedCatalog published,
        PurgeLedger ledger,
        TimeProvider time,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        PurgeLog? told = null;
        var changed = new EitherChange();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        while (!either.IsCancellationRequested)
        {
            changed.Expect(published.NextChange, ledger.NextChange); // Before anything is read, so that nothing falls between.
            if (ledger.Log != told)
            {
                told = ledger.Log; // Before the catalog: what is blocked is purged, with a receipt, and not merely dropped as surplus.
                yield return new SseItem<OriginEvent>(new OriginEvent(Purges: told), OriginEvent.PurgesType);
            }

            if (published.Current is { } current && current.ETag != tag)
            {
                if (published.ChangesSince(tag) is not { } changes)
                {
                    yield return new SseItem<OriginEvent>(new OriginEvent(), OriginEvent.ResetType) { EventId = current.ETag };
                    tag = current.ETag;
                    continue;
                }

                foreach (var change in changes)
                {
                    yield return new SseItem<OriginEvent>(new OriginEvent(Catalog: change), OriginEvent.CatalogType) { EventId = change.Tag };
                    tag = change.Tag;
                }
            }

            if (!await changed.WaitAsync(PingEvery, time, either.Token) && !either.IsCancellationRequested)
            {
                yield return new SseItem<OriginEvent>(new OriginEvent(), OriginEvent.PingType);
            }
        }
    }
}

using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Cdn.Controller.Catalog;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Concurrency;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Controller.Api;

/// <summary>What an operator may see, as it changes.</summary>
internal static class EventEndpoints
{
    /// <summary>Longest silence of the events: 5 s.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(5);

    /// <summary>Shortest time between two events: 200 ms. A fill changes something many times a second.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGet("/events", Events).WithSummary("The status, again with every change (server-sent events)");

    /// <summary>Events until somebody has had enough. Each has an id of its own, also one that says the same again.</summary>
    /// <param name="cluster">What is known.</param>
    /// <param name="originAway">Why the origin cannot be asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ended">It is over.</param>
    internal static async IAsyncEnumerable<SseItem<StatusAnswer>> EventsAsync(
        ClusterState cluster, Func<string?> originAway, TimeProvider time, [EnumeratorCancellation] CancellationToken ended)
    {
        var changed = new Signal();
        cluster.Changed += changed.Set;
        try
        {
            for (var number = 1L; !ended.IsCancellationRequested; number++)
            {
                var snapshot = cluster.Current;
                yield return new SseItem<StatusAnswer>(StatusEndpoints.Describe(snapshot, originAway()), "status") { EventId = $"{snapshot.Epoch}.{number}" };
                if (!await WaitForAsync(snapshot.Epoch, cluster, changed, time, ended))
                {
                    yield break;
                }
            }
        }
        finally
        {
            cluster.Changed -= changed.Set;
        }
    }

    private static ServerSentEventsResult<StatusAnswer> Events(
        ClusterState cluster, CatalogReader reader, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken aborted) =>
        TypedResults.ServerSentEvents(UntilStoppedAsync(cluster, reader, time, lifetime.ApplicationStopping, aborted));

    private static async IAsyncEnumerable<SseItem<StatusAnswer>> UntilStoppedAsync(
        ClusterState cluster, CatalogReader reader, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        await foreach (var item in EventsAsync(cluster, () => reader.Failure, time, either.Token))
        {
            yield return item;
        }
    }

    /// <summary>Waits for another epoch, or until it is time to say something. Returns false when it is over.</summary>
    private static async Task<bool> WaitForAsync(long epoch, ClusterState cluster, Signal changed, TimeProvider time, CancellationToken ended)
    {
        try
        {
            await Task.Delay(Pause, time, ended);
            for (var asked = time.Now(); cluster.Current.Epoch == epoch && SayEvery - (time.Now() - asked) is var left && left > TimeSpan.Zero;)
            {
                await changed.WaitAsync(left, time, ended);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

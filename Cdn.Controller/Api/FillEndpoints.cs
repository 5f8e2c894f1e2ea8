using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Controller.Api;

/// <summary>How filling goes, and beginning it anew.</summary>
internal static class FillEndpoints
{
    public const string ClientName = "pushes";

    /// <summary>Time that a service has to say what it is pushing: 2 s. One that does not is left out.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapFill(this IEndpointRouteBuilder api)
    {
        api.MapGet("/pushes", PushesAsync)
            .WithSummary("Every push that is being sent: who sends what to whom, how far it is, how fast, and how long it will take");
        api.MapPost("/replan", Replan).WithSummary("Forget failures and waits, and plan anew what every replica lacks");
    }

    private static async Task<Ok<PushesAnswer>> PushesAsync(
        ClusterState cluster, IHttpClientFactory clients, CancellationToken cancellationToken)
    {
        var replicas = cluster.Current.Replicas.Where(replica => replica.State != ReplicaState.Down).Select(replica => replica.Name);
        var answers = await Task.WhenAll(replicas.Prepend(PushRoute.OriginName).Select(source => AskAsync(source, clients, cancellationToken)));
        return TypedResults.Ok(new PushesAnswer(
            [.. answers.SelectMany(answer => answer.Pushes.Select(push => new PushAnswer(
                answer.Source, push.Replica, push.Video, push.Size, push.Position, push.BytesPerSecond, push.SecondsLeft)))],
            [.. answers.Select(answer => new SourceAnswer(answer.Source, answer.SentBytes))]));
    }

    private static async Task<(string Source, ImmutableArray<RunningPush> Pushes, long SentBytes)> AskAsync(
        string source, IHttpClientFactory clients, CancellationToken cancellationToken)
    {
        try
        {
            var running = await clients.CreateClient(ClientName).GetFromJsonAsync(
                ReplicaDirectory.AddressOf(source, Routes.Pushes), WireJson.Default.RunningPushes, cancellationToken);
            return (source, running!.Pushes, running.SentBytes);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (source, [], 0);
        }
    }

    private static Accepted Replan(FillExecutor executor)
    {
        executor.Replan();
        return TypedResults.Accepted((string?)null);
    }
}

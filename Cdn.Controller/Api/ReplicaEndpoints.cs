using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Controller.Api;

/// <summary>The replicas, and taking one out of service and back.</summary>
internal static class ReplicaEndpoints
{
    public const string ClientName = "drain";

    /// <summary>Time that a replica has to write the wish down: 5 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapReplicas(this IEndpointRouteBuilder api)
    {
        api.MapGet("/replicas", (ClusterState cluster) => TypedResults.Ok(StatusEndpoints.Replicas(cluster.Current)))
            .WithSummary("All configured replicas");
        api.MapGet("/replicas/{name}", Get).WithSummary("One replica");
        api.MapPost("/replicas/{name}/drain", (string name, ClusterState cluster, ReplicaMonitors monitors, IHttpClientFactory clients, CancellationToken token) =>
                SetAsync(name, Routes.Drain, cluster, monitors, clients, token))
            .WithSummary("Give a replica no new clients, until it is admitted; it stays filled, and remembers it over restarts");
        api.MapPost("/replicas/{name}/admit", (string name, ClusterState cluster, ReplicaMonitors monitors, IHttpClientFactory clients, CancellationToken token) =>
                SetAsync(name, Routes.Admit, cluster, monitors, clients, token))
            .WithSummary("Give a drained replica clients again");
    }

    private static Results<Ok<ReplicaAnswer>, ProblemHttpResult> Get(string name, ClusterState cluster)
    {
        var snapshot = cluster.Current;
        return snapshot.IndexOf(name) is >= 0 and var replica
            ? TypedResults.Ok(StatusEndpoints.Describe(replica, snapshot))
            : Unknown(name);
    }

    /// <summary>Tells the replica, which tells every controller; this one believes it at once.</summary>
    private static async Task<Results<Ok<ReplicaAnswer>, ProblemHttpResult>> SetAsync(
        string name, string route, ClusterState cluster, ReplicaMonitors monitors, IHttpClientFactory clients, CancellationToken cancellationToken)
    {
        if (cluster.Current.IndexOf(name) < 0)
        {
            return Unknown(name);
        }

        try
        {
            using var response = await clients.CreateClient(ClientName).PostAsync(
                ReplicaDirectory.AddressOf(name, route), null, cancellationToken);
            await response.ThrowIfRefusedAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"{name} could not be told: {e.GetBaseException().Message}");
        }

        cluster.SetReplica(cluster.Current.IndexOf(name), before => before with { IsDraining = route == Routes.Drain });
        monitors.AskSoon(name);
        return Get(name, cluster);
    }

    private static ProblemHttpResult Unknown(string name) =>
        TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: $"There is no replica named '{name}'.");
}

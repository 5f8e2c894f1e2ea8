using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.ServiceDefaults.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Controller.Steering;

/// <summary>Step R2 on the wire, and step R6 when nginx comes back with the name of a replica that failed.</summary>
internal static class SteeringEndpoints
{
    public static void AddSteering(this IServiceCollection services)
    {
        services.AddSingleton<RoundRobin>();
        services.AddSingleton<SteeringMetrics>();
    }

    public static void MapSteering(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods(Routes.Video + "{**video}", [HttpMethods.Get, HttpMethods.Head], Steer);

    private static Results<EmptyHttpResult, ProblemHttpResult> Steer(
        RequestedVideo video,
        RoundRobin policy,
        ClusterState cluster,
        ReplicaProbes probes,
        SteeringMetrics metrics,
        HttpContext context)
    {
        var failed = context.Request.Headers[CdnHeaders.FailedReplica].ToString();
        if (failed.Length > 0 && cluster.Current.Replicas.Any(replica => replica.Name == failed && replica.Inventory.ContainsKey(video.Name)))
        {
            probes.ReportFailure(failed, video.Name);
        }

        context.Response.Headers.CacheControl = "no-store";
        var result = policy.Pick(video.Name, failed, out var replica);
        if (result == SteeringResult.Redirect)
        {
            metrics.Redirected(replica);
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location =
                $"/{replica}{Routes.For(Routes.Video, video.Name)}{context.Request.QueryString.Value}";
            return TypedResults.Empty;
        }

        metrics.Refused(result);
        if (result == SteeringResult.Unknown)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: $"There is no video '{video.Name}'.");
        }

        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"No replica can serve '{video.Name}' yet.");
    }
}

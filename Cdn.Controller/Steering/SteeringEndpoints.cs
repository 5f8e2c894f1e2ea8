using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.ServiceDefaults.Requests;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Steering;

/// <summary>Step R2 on the wire, step R6 when nginx comes back with the name of a replica that failed, and HLS content steering.</summary>
internal static class SteeringEndpoints
{
    public static void AddSteering(this IServiceCollection services)
    {
        services.AddSingleton<ISteeringPolicy>(provider => provider.GetRequiredService<IOptions<ControllerOptions>>().Value.Steering switch
        {
            ControllerOptions.LeastOutstanding => ActivatorUtilities.CreateInstance<LeastOutstanding>(provider),
            ControllerOptions.ConsistentHash => ActivatorUtilities.CreateInstance<ConsistentHash>(provider),
            _ => new RoundRobin(),
        });
        services.AddSingleton<ReplicaSelector>();
        services.AddSingleton<SteeringMetrics>();
    }

    public static void MapSteering(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods(Routes.Video + "{**video}", [HttpMethods.Get, HttpMethods.Head], Redirect);
        endpoints.MapMethods(Routes.Steering + "{**video}", [HttpMethods.Get, HttpMethods.Head], Steer);
    }

    private static Results<EmptyHttpResult, ProblemHttpResult> Redirect(
        RequestedVideo video,
        ReplicaSelector selector,
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
        var result = selector.Select(video.Name, failed, out var replica);
        if (result != SteeringResult.Redirect)
        {
            return Refuse(result, video.Name, metrics, context);
        }

        metrics.Redirected(replica);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location =
            $"/{replica}{Routes.For(Routes.Video, video.Name)}{context.Request.QueryString.Value}";
        return TypedResults.Empty;
    }

    /// <summary>
    /// A steering manifest (RFC 8216bis section 7.2) for players that speak it: the replicas are the pathways. A player reads it again every
    /// <c>STEERING_TTL</c> seconds, and tells with which pathway and throughput it is; the order is the policy's all the same.
    /// </summary>
    private static Results<JsonHttpResult<SteeringManifest>, ProblemHttpResult> Steer(
        RequestedVideo video, ReplicaSelector selector, SteeringMetrics metrics, IOptions<ControllerOptions> options, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var result = selector.Order(video.Name, out var replicas);
        return result == SteeringResult.Redirect
            ? TypedResults.Json(
                new SteeringManifest(1, options.Value.SteeringTtlSeconds, Routes.For(Routes.Steering, video.Name), replicas),
                SteeringJson.Default.SteeringManifest)
            : Refuse(result, video.Name, metrics, context);
    }

    private static ProblemHttpResult Refuse(SteeringResult result, VideoName video, SteeringMetrics metrics, HttpContext context)
    {
        metrics.Refused(result);
        if (result == SteeringResult.Unknown)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, detail: $"There is no video '{video}'.");
        }

        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"No replica can serve '{video}' yet.");
    }
}

using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.Tokens;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Steering;

/// <summary>Step R2 on the wire, and HLS content steering.</summary>
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
        services.AddSingleton<Redirector>();
        services.AddSingleton<SteeringMetrics>();
    }

    public static void MapSteering(this IEndpointRouteBuilder endpoints)
    {
        // Most requests by far are answered here, and need nothing of what stands between routing and other endpoints.
        Redirector? redirector = null; // Made with the first request: what is wrong with the settings is said before.
        endpoints.MapMethods(Routes.Video + "{**video}", [HttpMethods.Get, HttpMethods.Head], Redirect).ShortCircuit();
        endpoints.MapMethods(Routes.Steering + "{**video}", [HttpMethods.Get, HttpMethods.Head], Steer);
        endpoints.MapRedeem(AdmitAsync);

        Task Redirect(HttpContext context) =>
            (redirector ??= context.RequestServices.GetRequiredService<Redirector>()).InvokeAsync(context);
    }

    /// <summary>
    /// A steering manifest (RFC 8216bis section 7.2, and the same for DASH, ETSI TS 103 998) for players that speak it: the
    /// replicas are the pathways. A player reads it again every <c>STEERING_TTL</c> seconds, and says at which pathway it is,
    /// where it stays while that is as good as any.
    /// </summary>
    private static Results<JsonHttpResult<SteeringManifest>, ProblemHttpResult> Steer(
        RequestedVideo video, HttpContext context) =>
        Manifest(video.Name, "", context);

    /// <summary>The same two for somebody who has shown a token: he is sent on with his ticket, and asks again with it.</summary>
    private static Task AdmitAsync(HttpContext context, Admission admission) => admission.Route == Routes.Video
        ? context.RequestServices.GetRequiredService<Redirector>().RedirectAsync(context, admission)
        : Manifest(admission.Name, admission.Pass, context).ExecuteAsync(context);

    private static Results<JsonHttpResult<SteeringManifest>, ProblemHttpResult> Manifest(
        VideoName video, string pass, HttpContext context)
    {
        var services = context.RequestServices;
        var cluster = services.GetRequiredService<ClusterState>().Current;
        var metrics = services.GetRequiredService<SteeringMetrics>();
        var again = services.GetRequiredService<IOptions<ControllerOptions>>().Value.SteeringTtlSeconds;
        context.Response.Headers.CacheControl = "no-store";
        var question = SteeringQuestion.Read(context.Request.Query);
        var isAt = question.Pathways.FirstOrDefault(pathway => cluster.IndexOf(pathway) >= 0);
        metrics.Asked(question, isAt);
        var result = services.GetRequiredService<ReplicaSelector>().Order(video, isAt, out var replicas);
        return result == SteeringResult.Redirect
            ? TypedResults.Json(
                new SteeringManifest(1, again, pass + Routes.For(Routes.Steering, video), replicas),
                SteeringJson.Default.SteeringManifest)
            : Redirector.Refuse(result, video, metrics, context);
    }
}

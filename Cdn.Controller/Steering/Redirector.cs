using System.Diagnostics;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Steering;

/// <summary>Step R2 on the wire, and step R6 when nginx comes back with the name of a replica that failed.</summary>
internal sealed class Redirector(
    ReplicaSelector selector, ClusterState cluster, ReplicaProbes probes, SteeringMetrics metrics, IOptions<ControllerOptions> options)
{
    private readonly string _policy = options.Value.Steering;

    public Task InvokeAsync(HttpContext context)
    {
        VideoName video;
        try
        {
            video = RequestedVideo.Of(context).Name;
        }
        catch (BadHttpRequestException e)
        {
            return TypedResults.Problem(statusCode: e.StatusCode, detail: e.Message).ExecuteAsync(context);
        }

        var failed = context.Request.Headers[CdnHeaders.FailedReplica].ToString();
        if (failed.Length > 0)
        {
            Report(failed, video);
        }

        context.Response.Headers.CacheControl = "no-store";
        var result = selector.Select(video, failed, out var replica);
        if (RequestSpan.Current is { } span)
        {
            Describe(span, video, result, replica, failed, _policy);
        }

        if (result != SteeringResult.Redirect)
        {
            return Refuse(result, video, metrics, context).ExecuteAsync(context);
        }

        metrics.Redirected(replica);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = $"/{replica}{Routes.For(Routes.Video, video)}{context.Request.QueryString.Value}";
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>Says in the trace what was decided, and why.</summary>
    internal static void Describe(Activity span, VideoName video, SteeringResult result, string replica, string failed, string policy)
    {
        span.SetTag(SpanTags.Video, video.Value);
        span.SetTag(SpanTags.Policy, policy);
        if (result == SteeringResult.Redirect)
        {
            span.SetTag(SpanTags.Replica, replica);
        }
        else
        {
            span.SetTag(SpanTags.Reason, SteeringMetrics.NameOf(result));
        }

        if (failed.Length > 0)
        {
            span.SetTag(SpanTags.FailedReplica, failed);
        }
    }

    /// <summary>Step R6. Only what it was proven to hold, and is not being removed, can a replica have failed to serve.</summary>
    private void Report(string failed, VideoName video)
    {
        var now = cluster.Current;
        if (now.Catalog?.Videos.ContainsKey(video) != false
            && now.Replicas.Any(replica => replica.Name == failed && replica.Inventory.ContainsKey(video)))
        {
            probes.ReportFailure(failed, video);
        }
    }

    /// <summary>Why a request is sent nowhere.</summary>
    public static ProblemHttpResult Refuse(SteeringResult result, VideoName video, SteeringMetrics metrics, HttpContext context)
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

using System.Diagnostics;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.Controller.Trust;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.Telemetry;
using Cdn.ServiceDefaults.Tokens;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Steering;

/// <summary>
/// Step R2 on the wire, and step R6 when nginx comes back with the name of a replica that failed. A redirect allocates the text
/// of its <c>Location</c>, and nothing else.
/// </summary>
internal sealed class Redirector(
    ReplicaSelector selector,
    ClusterState cluster,
    ReplicaMonitors monitors,
    SteeringMetrics metrics,
    EdgeClaims claims,
    IOptions<ControllerOptions> options)
{
    private readonly string _policy = options.Value.Steering;

    public Task InvokeAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var snapshot = cluster.Current;
        if (PlainTarget.TryRead(target, out var plain) && snapshot.Videos.TryFind(plain, out var row))
        {
            var result = Steer(context, snapshot, row, row.Name, out var replica);
            return result == SteeringResult.Redirect
                ? Answer(context, replica, RequestQuery.IsPlain(context, target)
                    ? string.Concat("/", replica, target)
                    : string.Concat("/", replica, Routes.For(Routes.Video, row.Name), RequestQuery.Of(context, target)))
                : Refuse(result, row.Name, metrics, context).ExecuteAsync(context);
        }

        return InvokeSlowlyAsync(context, target, snapshot);
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

    /// <summary>A name that is escaped, or of which nothing is known.</summary>
    private Task InvokeSlowlyAsync(HttpContext context, string target, ClusterSnapshot snapshot)
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

        return Redirect(context, snapshot, video, "", RequestQuery.Of(context, target));
    }

    /// <summary>The same for somebody who has shown a token, who is sent on with his ticket.</summary>
    /// <param name="context">The request.</param>
    /// <param name="admission">What he may have.</param>
    public Task RedirectAsync(HttpContext context, in Admission admission) =>
        Redirect(context, cluster.Current, admission.Name, admission.Pass, RequestQuery.Of(context, admission.Query));

    private Task Redirect(HttpContext context, ClusterSnapshot snapshot, VideoName video, string pass, string query)
    {
        var result = Steer(context, snapshot, snapshot.Videos.GetValueOrDefault(video), video, out var replica);
        return result == SteeringResult.Redirect
            ? Answer(context, replica, $"{pass}/{replica}{Routes.For(Routes.Video, video)}{query}")
            : Refuse(result, video, metrics, context).ExecuteAsync(context);
    }

    private SteeringResult Steer(HttpContext context, ClusterSnapshot snapshot, VideoRow? row, VideoName video, out string replica)
    {
        var failed = claims.FailedReplica(context);
        if (failed.Length > 0 && row is not null)
        {
            Report(failed, snapshot, row);
        }

        context.Response.Headers.CacheControl = "no-store";
        var result = selector.Select(snapshot, row, failed, out replica);
        if (RequestSpan.Current is { } span)
        {
            Describe(span, video, result, replica, failed, _policy);
        }

        return result;
    }

    private Task Answer(HttpContext context, string replica, string location)
    {
        metrics.Redirected(replica);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = location;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>Step R6. Only what it was proven to hold, and is not being removed, can a replica have failed to serve.</summary>
    private void Report(string failed, ClusterSnapshot snapshot, VideoRow row)
    {
        var index = snapshot.IndexOf(failed);
        if (index >= 0 && (row.Current is not null || snapshot.Catalog is null) && row.HeldBy(index) is not null)
        {
            monitors.ReportFailure(failed, row.Name);
        }
    }
}

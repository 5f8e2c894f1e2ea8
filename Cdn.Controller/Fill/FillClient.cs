using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace Cdn.Controller.Fill;

/// <summary>Step F5: has somebody push a video to a replica, and a replica drop one. Each is one trace across all services.</summary>
internal sealed class FillClient(IHttpClientFactory clients, FillMetrics metrics)
{
    /// <summary>The named client for pushes, which may take hours.</summary>
    public const string PushClientName = "push";

    /// <summary>The named client for drops.</summary>
    public const string DropClientName = "drop";

    private static readonly ActivitySource Activities = new("Cdn.Controller");

    /// <summary>Returns when the replica has verified the video.</summary>
    /// <param name="source">The origin, or the replica that sends it.</param>
    /// <param name="replica">Who gets it.</param>
    /// <param name="video">What.</param>
    /// <exception cref="HttpRequestException">It has not; the message says why.</exception>
    public async Task PushAsync(string source, string replica, CatalogVideo video, CancellationToken cancellationToken)
    {
        using var activity = Start($"fill {video.Name} to {replica}", replica, video.Name);
        activity?.SetTag(SpanTags.Source, source);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await clients.CreateClient(PushClientName).PostAsJsonAsync(
                $"http://{source}{Routes.PushVideo}", new PushRequest(video.Name, replica, video), WireJson.Default.PushRequest, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new HttpRequestException(await ReasonAsync(response, cancellationToken), null, response.StatusCode);
            }

            var result = await response.Content.ReadFromJsonAsync(WireJson.Default.PushResult, cancellationToken);
            activity?.SetTag(SpanTags.Bytes, result?.Sent ?? 0);
            metrics.Filled(source, replica, result?.Sent ?? 0, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            metrics.Failed(replica);
            throw;
        }
    }

    /// <summary>Returns when the replica does not hold the video any more.</summary>
    /// <exception cref="HttpRequestException">It may still hold it; the message says why.</exception>
    public async Task DropAsync(string replica, VideoName video, CancellationToken cancellationToken)
    {
        using var activity = Start($"drop {video} from {replica}", replica, video);
        using var response = await clients.CreateClient(DropClientName).DeleteAsync(
            ReplicaDirectory.AddressOf(replica, Routes.For(Routes.CacheVideo, video)), cancellationToken);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
        {
            throw new HttpRequestException(await ReasonAsync(response, cancellationToken), null, response.StatusCode);
        }
    }

    /// <summary>The name has the video and the replica in it: a list of traces is read to find one of them.</summary>
    private static Activity? Start(string name, string replica, VideoName video)
    {
        var activity = Activities.StartActivity(name, ActivityKind.Internal, parentContext: default);
        activity?.SetTag(SpanTags.Replica, replica);
        activity?.SetTag(SpanTags.Video, video.Value);
        return activity;
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var problem = isProblem ? await response.Content.ReadFromJsonAsync<ProblemDetails>(cancellationToken) : null;
        return problem?.Detail ?? $"{(int)response.StatusCode} {response.ReasonPhrase}";
    }
}

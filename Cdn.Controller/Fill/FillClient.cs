using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.Telemetry;

namespace Cdn.Controller.Fill;

/// <summary>
/// Step F5: has somebody push videos to a replica, and a replica drop one. Each is one trace across all services.
/// </summary>
internal sealed class FillClient(IHttpClientFactory clients, FillMetrics metrics)
{
    /// <summary>The named client for pushes, which may take hours.</summary>
    public const string PushClientName = "push";

    /// <summary>The named client for drops.</summary>
    public const string DropClientName = "drop";

    private static readonly ActivitySource Activities = new("Cdn.Controller");

    /// <summary>
    /// Returns when the replica has verified them, or why it has not. A status of 0: the source did not answer.
    /// </summary>
    /// <param name="source">The origin, or the replica that sends them.</param>
    /// <param name="replica">Who gets them.</param>
    /// <param name="videos">What: one, or many small ones.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<ImmutableArray<PushReceipt>> PushAsync(
        string source, string replica, ImmutableArray<CatalogVideo> videos, CancellationToken cancellationToken)
    {
        using var activity = Start(videos.Length == 1 ? $"fill {videos[0].Name} to {replica}" : $"fill {videos.Length} videos to {replica}", replica);
        activity?.SetTag(SpanTags.Source, source);
        var started = Stopwatch.GetTimestamp();
        ImmutableArray<PushReceipt> receipts;
        long sent = 0;
        try
        {
            (receipts, sent) = videos.Length == 1
                ? await PushOneAsync(source, replica, videos[0], activity, cancellationToken)
                : await PushManyAsync(source, replica, videos, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            receipts = [.. videos.Select(video => new PushReceipt(video.Name, (int)(e.StatusCode ?? 0), e.GetBaseException().Message))];
        }

        activity?.SetTag(SpanTags.Bytes, sent);
        if (receipts.FirstOrDefault(receipt => !receipt.IsHeld) is { } failed)
        {
            activity?.SetStatus(ActivityStatusCode.Error, failed.Reason);
            metrics.Failed(replica);
        }
        else
        {
            metrics.Filled(source, replica, sent, Stopwatch.GetElapsedTime(started));
        }

        return receipts;
    }

    /// <summary>Returns when the replica does not hold the video any more, or why it may still hold it.</summary>
    public async Task<PushReceipt> DropAsync(string replica, VideoName video, CancellationToken cancellationToken)
    {
        using var activity = Start($"drop {video} from {replica}", replica);
        activity?.SetTag(SpanTags.Video, video.Value);
        try
        {
            using var response = await clients.CreateClient(DropClientName).DeleteAsync(
                ReplicaDirectory.AddressOf(replica, Routes.For(Routes.CacheVideo, video)), cancellationToken);
            return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound
                ? new PushReceipt(video, PushReceipt.Held)
                : new PushReceipt(video, (int)response.StatusCode, await response.ReadReasonAsync(cancellationToken));
        }
        catch (HttpRequestException e)
        {
            return new PushReceipt(video, 0, e.GetBaseException().Message);
        }
    }

    private async Task<(ImmutableArray<PushReceipt> Receipts, long Sent)> PushOneAsync(
        string source, string replica, CatalogVideo video, Activity? activity, CancellationToken cancellationToken)
    {
        activity?.SetTag(SpanTags.Video, video.Name.Value);
        var result = await AskAsync(
            source, Routes.PushVideo, new PushRequest(video.Name, replica, video), WireJson.Default.PushRequest, WireJson.Default.PushResult, cancellationToken);
        return ([new PushReceipt(video.Name, PushReceipt.Held)], result.Sent);
    }

    private async Task<(ImmutableArray<PushReceipt> Receipts, long Sent)> PushManyAsync(
        string source, string replica, ImmutableArray<CatalogVideo> videos, CancellationToken cancellationToken)
    {
        var result = await AskAsync(
            source, Routes.PushVideos, new PushManyRequest(replica, videos), WireJson.Default.PushManyRequest, WireJson.Default.PushManyResult, cancellationToken);
        return (result.Receipts, result.Sent);
    }

    private async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        string source, string route, TQuestion question, JsonTypeInfo<TQuestion> asked, JsonTypeInfo<TAnswer> answered, CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient(PushClientName).PostAsJsonAsync($"http://{source}{route}", question, asked, cancellationToken);
        await response.ThrowIfRefusedAsync(cancellationToken);
        return await response.Content.ReadFromJsonAsync(answered, cancellationToken)
            ?? throw new HttpRequestException($"{source} says nothing of what it pushed.", null, HttpStatusCode.BadGateway);
    }

    /// <summary>The name has the video and the replica in it: a list of traces is read to find one of them.</summary>
    private static Activity? Start(string name, string replica)
    {
        var activity = Activities.StartActivity(name, ActivityKind.Internal, parentContext: default);
        activity?.SetTag(SpanTags.Replica, replica);
        return activity;
    }
}

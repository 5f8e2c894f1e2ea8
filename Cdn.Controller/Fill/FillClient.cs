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
/// Step F5: has somebody push videos to a replica, and a replica drop some. Each is one trace across all services.
/// </summary>
internal sealed class FillClient(IHttpClientFactory clients, FillMetrics metrics)
{
    /// <summary>The named client for pushes, which may take hours, and for drops, which wait for the replica's disk.</summary>
    public const string ClientName = "fill";

    private static readonly ActivitySource Activities = new("Cdn.Controller");

    /// <summary>
    /// Returns when the replica has verified them, or why it has not. A status of 0: the source did not answer.
    /// </summary>
    /// <param name="source">The origin, or the replica that sends them.</param>
    /// <param name="replica">Who gets them.</param>
    /// <param name="videos">What: one, or many small ones.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<ImmutableArray<VideoReceipt>> PushAsync(
        string source, string replica, ImmutableArray<CatalogVideo> videos, CancellationToken cancellationToken)
    {
        using var activity = Start(videos.Length == 1 ? $"fill {videos[0].Name} to {replica}" : $"fill {videos.Length} videos to {replica}", replica);
        activity?.SetTag(SpanTags.Source, source);
        var started = Stopwatch.GetTimestamp();
        ImmutableArray<VideoReceipt> receipts;
        long sent = 0;
        try
        {
            (receipts, sent) = videos.Length == 1
                ? await PushOneAsync(source, replica, videos[0], activity, cancellationToken)
                : await PushManyAsync(source, replica, videos, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            receipts = [.. videos.Select(
                video => new VideoReceipt(video.Name, (int)(e.StatusCode ?? 0), e.GetBaseException().Message))];
        }

        activity?.SetTag(SpanTags.Bytes, sent);
        if (receipts.FirstOrDefault(receipt => !receipt.IsDone) is { } failed)
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

    /// <summary>
    /// Returns when the replica does not hold the videos any more, or why it may still hold some. A status of 0: it did not
    /// answer.
    /// </summary>
    public async Task<ImmutableArray<VideoReceipt>> DropAsync(
        string replica, ImmutableArray<HeldVideo> videos, CancellationToken cancellationToken)
    {
        using var activity = Start(
            videos.Length == 1 ? $"drop {videos[0].Name} from {replica}" : $"drop {videos.Length} videos from {replica}",
            replica);
        activity?.SetTag(SpanTags.Video, videos.Length == 1 ? videos[0].Name.Value : null);
        try
        {
            var answer = await AskAsync(
                replica,
                Routes.DropVideos,
                new DropManyRequest(videos),
                WireJson.Default.DropManyRequest,
                WireJson.Default.DropManyAnswer,
                cancellationToken);
            return answer.Receipts;
        }
        catch (HttpRequestException e)
        {
            // A 404 of the whole is no receipt: the replica knows no such question, and may hold all of them.
            var status = e.StatusCode == HttpStatusCode.NotFound ? HttpStatusCode.BadGateway : e.StatusCode ?? 0;
            return [.. videos.Select(video => new VideoReceipt(video.Name, (int)status, e.GetBaseException().Message))];
        }
    }

    private async Task<(ImmutableArray<VideoReceipt> Receipts, long Sent)> PushOneAsync(
        string source, string replica, CatalogVideo video, Activity? activity, CancellationToken cancellationToken)
    {
        activity?.SetTag(SpanTags.Video, video.Name.Value);
        var result = await AskAsync(
            source, Routes.PushVideo, new PushRequest(video.Name, replica, video), WireJson.Default.PushRequest, WireJson.Default.PushResult, cancellationToken);
        return ([new VideoReceipt(video.Name, VideoReceipt.Done)], result.Sent);
    }

    private async Task<(ImmutableArray<VideoReceipt> Receipts, long Sent)> PushManyAsync(
        string source, string replica, ImmutableArray<CatalogVideo> videos, CancellationToken cancellationToken)
    {
        var result = await AskAsync(
            source, Routes.PushVideos, new PushManyRequest(replica, videos), WireJson.Default.PushManyRequest, WireJson.Default.PushManyResult, cancellationToken);
        return (result.Receipts, result.Sent);
    }

    private async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        string service,
        string route,
        TQuestion question,
        JsonTypeInfo<TQuestion> asked,
        JsonTypeInfo<TAnswer> answered,
        CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient(ClientName).PostAsJsonAsync(
            ReplicaDirectory.AddressOf(service, route), question, asked, cancellationToken);
        await response.ThrowIfRefusedAsync(cancellationToken);
        return await response.Content.ReadFromJsonAsync(answered, cancellationToken)
            ?? throw new HttpRequestException($"{service} says nothing of what it did.", null, HttpStatusCode.BadGateway);
    }

    /// <summary>The name has the video and the replica in it: a list of traces is read to find one of them.</summary>
    private static Activity? Start(string name, string replica)
    {
        var activity = Activities.StartActivity(name, ActivityKind.Internal, parentContext: default);
        activity?.SetTag(SpanTags.Replica, replica);
        return activity;
    }
}

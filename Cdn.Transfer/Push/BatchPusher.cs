using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdn.Transfer.Push;

/// <summary>
/// Step F6 for small videos: many of them go to a replica in one request, which it commits at once. Each has a receipt of its
/// own; what breaks off costs only what was not committed yet, and the controller asks for that again.
/// </summary>
internal sealed partial class BatchPusher(
    IPushSource source,
    ReplicaDirectory replicas,
    ReplicaClient client,
    PushTurns turns,
    SendRate rate,
    PushMetrics metrics,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<BatchPusher> logger)
{
    private static readonly ActivitySource Activities = new("Cdn.Push");

    private readonly ConcurrentDictionary<BatchContent, string> _running = new();
    private long _sent;

    /// <summary>Bytes that were sent since the process began.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>
    /// What is being sent at this moment: each request counts as its video of this moment, with the sizes of all.
    /// </summary>
    public IEnumerable<RunningPush> Running() => _running
        .Select(entry => (Content: entry.Key, Replica: entry.Value, Rate: entry.Key.BytesPerSecond, entry.Key.Sent))
        .Where(push => push.Content.Current is not null)
        .Select(push => new RunningPush(
            push.Content.Current.Name, push.Replica, push.Content.Size, push.Sent, push.Rate,
            push.Rate > 0 ? (push.Content.Size - push.Sent) / push.Rate : null));

    /// <summary>Sends them, and returns what came of each; or why nothing could be tried.</summary>
    public async Task<(PushManyResult? Result, PushOutcome.Failed? Failure)> PushAsync(PushManyRequest request, CancellationToken cancellationToken)
    {
        if (!replicas.Names.Contains(request.Replica))
        {
            return (null, new PushOutcome.Failed(404, $"There is no replica named '{request.Replica}'."));
        }

        using var turn = await turns.AcquireAsync(cancellationToken);
        if (!turn.IsAcquired)
        {
            return (null, new PushOutcome.Failed(503, $"{options.Value.Queue} pushes are waiting already."));
        }

        using var span = Activities.StartActivity($"push {request.Videos.Length} videos to {request.Replica}");
        span?.SetTag(SpanTags.Replica, request.Replica);
        var started = time.GetTimestamp();
        var (found, missing) = Find(request.Videos);
        using var content = new BatchContent(found, rate, TimeSpan.FromSeconds(options.Value.StallSeconds), time);
        var receipts = await SendAsync(request.Replica, content, found, cancellationToken);
        var result = new PushManyResult([.. missing, .. receipts], content.Sent, time.GetElapsedTime(started).TotalSeconds);
        Report(request.Replica, result, span);
        return (result, null);
    }

    private (ImmutableArray<(CatalogVideo, Func<IPushBytes>)> Found, List<VideoReceipt> Missing) Find(
        ImmutableArray<CatalogVideo> videos)
    {
        var found = ImmutableArray.CreateBuilder<(CatalogVideo, Func<IPushBytes>)>(videos.Length);
        var missing = new List<VideoReceipt>();
        foreach (var asked in videos)
        {
            var result = source.Find(asked);
            if (result.Failure is { } failure)
            {
                missing.Add(new VideoReceipt(asked.Name, failure.Status, failure.Reason));
            }
            else if (result.Video!.Size > Limits.MaxBatchedVideoBytes)
            {
                missing.Add(new VideoReceipt(asked.Name, 413, "It has become too large to be pushed with others."));
            }
            else
            {
                found.Add((result.Video, result.Open!));
            }
        }

        return (found.ToImmutable(), missing);
    }

    private async Task<IEnumerable<VideoReceipt>> SendAsync(
        string replica, BatchContent content, ImmutableArray<(CatalogVideo Video, Func<IPushBytes>)> found, CancellationToken cancellationToken)
    {
        if (found.IsEmpty)
        {
            return [];
        }

        var purged = source.Purged; // Before anything is read: a purge in between is one that was not applied.
        _running[content] = replica;
        Dictionary<VideoName, VideoReceipt> receipts;
        try
        {
            receipts = (await client.SendManyAsync(replica, purged, content, cancellationToken)).ToDictionary(receipt => receipt.Video);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            var reason = $"The push to {replica} broke off after {content.Sent} bytes: {e.GetBaseException().Message}";
            var status = e is HttpRequestException { StatusCode: { } refused } ? refused switch
            {
                System.Net.HttpStatusCode.InsufficientStorage => 507,
                System.Net.HttpStatusCode.Conflict => 409,
                _ => 502,
            } : e is TimeoutException || e.InnerException is TimeoutException ? 504 : 502;
            receipts = found.ToDictionary(video => video.Video.Name, video => new VideoReceipt(video.Video.Name, status, reason));
        }
        finally
        {
            _running.TryRemove(content, out _);
            Interlocked.Add(ref _sent, content.Sent);
            metrics.Sent(replica, content.Sent);
        }

        foreach (var leftOut in content.LeftOut)
        {
            receipts[leftOut.Video] = leftOut;
        }

        foreach (var (video, _) in found.Where(video => receipts.GetValueOrDefault(video.Video.Name)?.Status == 422))
        {
            source.Contradicted(video);
        }

        return found.Select(video => receipts.GetValueOrDefault(video.Video.Name)
            ?? new VideoReceipt(video.Video.Name, 502, $"{replica} says nothing of it."));
    }

    private void Report(string replica, PushManyResult result, Activity? span)
    {
        span?.SetTag(SpanTags.Bytes, result.Sent);
        var held = result.Receipts.Count(receipt => receipt.IsDone);
        LogPushed(logger, replica, held, result.Receipts.Length, result.Sent, result.Seconds);
        metrics.Verified(replica, TimeSpan.FromSeconds(result.Seconds));
        foreach (var failed in result.Receipts.Where(receipt => !receipt.IsDone).GroupBy(receipt => receipt.Status))
        {
            var first = failed.First();
            metrics.Failed(replica, failed.Key);
            if (failed.Key is not (404 or 409))
            {
                span?.SetStatus(ActivityStatusCode.Error, first.Reason);
                LogFailed(logger, replica, failed.Count(), first.Video, first.Reason ?? "no reason given");
            }
        }
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Debug, Message = "{Replica} verified {Held} of {Count} videos: {Sent} bytes sent, {Seconds:0.000} s")]
    private static partial void LogPushed(ILogger logger, string replica, int held, int count, long sent, double seconds);

    [LoggerMessage(EventId = 211, Level = LogLevel.Warning, Message = "{Replica} did not get {Count} videos, {Name} among them: {Reason}")]
    private static partial void LogFailed(ILogger logger, string replica, int count, VideoName name, string reason);
}

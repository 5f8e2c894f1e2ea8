using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdn.Transfer.Push;

/// <summary>
/// Step F6: sends one video to one replica and waits until the replica has verified it. An interrupted push resumes from what
/// the replica holds. At most <c>PUSH_CONCURRENCY</c> are sent at a time; whether and when to try again is the controller's.
/// </summary>
internal sealed partial class Pusher(
    IPushSource source,
    ReplicaDirectory replicas,
    ReplicaClient client,
    PushTurns turns,
    PushMetrics metrics,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<Pusher> logger)
{
    private static readonly ActivitySource Activities = new("Cdn.Push");

    private readonly KeyedLock<(string Replica, Sha256Digest Content)> _sending = new();
    private readonly ConcurrentDictionary<PushContent, (CatalogVideo Video, string Replica)> _running = new();

    private long _sent;

    /// <summary>What is being sent at this moment.</summary>
    public IEnumerable<RunningPush> Running() => _running.Select(entry => (entry.Key.Position, Rate: entry.Key.BytesPerSecond, entry.Value.Video, entry.Value.Replica)).Select(push => new RunningPush(
            push.Video.Name, push.Replica, push.Video.Size, push.Position, push.Rate,
            push.Rate > 0 ? (push.Video.Size - push.Position) / push.Rate : null));

    /// <summary>Bytes that were sent since the process began.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public async Task<PushOutcome> PushAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (!replicas.Names.Contains(request.Replica))
        {
            return Fail(request, new PushOutcome.Failed(404, $"There is no replica named '{request.Replica}'."));
        }

        using var lease = await turns.AcquireAsync(cancellationToken);
        if (!lease.IsAcquired)
        {
            return Fail(request, new PushOutcome.Failed(503, $"{options.Value.Queue} pushes are waiting already."));
        }

        var found = await source.FindAsync(request, cancellationToken);
        if (found.Failure is { } missing)
        {
            return Fail(request, missing);
        }

        // Whoever asks for the same again while it is sent, or for an equal file, waits and then finds that it is there.
        using var turn = await _sending.AcquireAsync((request.Replica, found.Video!.Sha256), cancellationToken);
        using var span = Activities.StartActivity($"push {request.Video} to {request.Replica}");
        span?.SetTag(SpanTags.Video, request.Video.Value);
        span?.SetTag(SpanTags.Replica, request.Replica);
        var outcome = await SendAsync(request.Replica, found.Video, found.Open!, cancellationToken);
        switch (outcome)
        {
            case PushOutcome.Verified { Result: var result }:
                span?.SetTag(SpanTags.Bytes, result.Sent);
                metrics.Verified(request.Replica, TimeSpan.FromSeconds(result.Seconds));
                LogVerified(logger, request.Replica, request.Video, result.Size, result.Sent, result.Seconds);
                break;
            case PushOutcome.Failed failed:
                span?.SetStatus(ActivityStatusCode.Error, failed.Reason);
                Fail(request, failed);
                break;
        }

        return outcome;
    }

    private async Task<PushOutcome> SendAsync(
        string replica, CatalogVideo video, Func<IPushBytes> open, CancellationToken cancellationToken)
    {
        var (started, purged) = (time.GetTimestamp(), source.Purged); // Before anything is read: a purge in between is one that was not applied.
        PushContent? content = null;
        try
        {
            var (complete, offset) = await client.AskOffsetAsync(replica, video, cancellationToken);
            if (!complete)
            {
                using var bytes = open();
                content = client.Content(bytes, video, offset);
                _running[content] = (video, replica);
                if (await client.SendAsync(replica, video, offset, purged, content, cancellationToken) is var (status, reason))
                {
                    if (status == 422)
                    {
                        source.Contradicted(video);
                    }

                    // 408: it waited for bytes, so it is not the one that failed.
                    return new PushOutcome.Failed(status switch { 507 => 507, 408 => 424, _ => 502 }, $"{replica} answered {status}: {reason}");
                }
            }

            return new PushOutcome.Verified(new PushResult(
                video.Name, replica, video.Size, content?.Sent ?? 0, time.GetElapsedTime(started).TotalSeconds));
        }
        catch (PushFailedException e)
        {
            return new PushOutcome.Failed(e.Status, e.Message);
        }
        catch (HttpRequestException e) when (e.GetBaseException() is PushFailedException broken)
        {
            return new PushOutcome.Failed(broken.Status, broken.Message); // While it was sent: HttpClient wraps what its content throws.
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            var status = e is TimeoutException || e.InnerException is TimeoutException ? 504 : 502;
            return new PushOutcome.Failed(
                status, $"The push to {replica} broke off after {content?.Sent ?? 0} bytes: {e.GetBaseException().Message}");
        }
        finally
        {
            metrics.Sent(replica, content?.Sent ?? 0);
            Interlocked.Add(ref _sent, content?.Sent ?? 0);
            if (content is not null)
            {
                _running.TryRemove(content, out _);
                content.Dispose();
            }
        }
    }

    private PushOutcome.Failed Fail(PushRequest request, PushOutcome.Failed failed)
    {
        metrics.Failed(replicas.Names.Contains(request.Replica) ? request.Replica : "unknown", failed.Status);
        (failed.Status is 404 or 409 ? (Action<ILogger, string, VideoName, string>)LogOvertaken : LogFailed)(
            logger, request.Replica, request.Video, failed.Reason);
        return failed;
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Debug,
        Message = "{Replica} verified {Name}: {Size} bytes, {Sent} sent, {Seconds:0.000} s")]
    private static partial void LogVerified(
        ILogger logger, string replica, VideoName name, long size, long sent, double seconds);

    [LoggerMessage(EventId = 202, Level = LogLevel.Debug, Message = "{Replica} did not get {Name}, which has just changed: {Reason}")]
    private static partial void LogOvertaken(ILogger logger, string replica, VideoName name, string reason);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "{Replica} did not get {Name}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string replica, VideoName name, string reason);
}

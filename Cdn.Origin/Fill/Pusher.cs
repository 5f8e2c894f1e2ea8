using System.Threading.RateLimiting;
using Cdn.Contracts;
using Cdn.Origin.Catalog;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Fill;

/// <summary>
/// Step F6: sends one video to one replica and waits until the replica has verified it. An interrupted push resumes from what
/// the replica holds. At most <c>PUSH_CONCURRENCY</c> are sent at a time; whether and when to try again is the controller's.
/// </summary>
internal sealed partial class Pusher(
    PublishedCatalog catalog,
    ReplicaDirectory replicas,
    ReplicaClient client,
    FillMetrics metrics,
    IOptions<OriginOptions> options,
    TimeProvider time,
    ILogger<Pusher> logger) : IDisposable
{
    private readonly KeyedLock<(string Replica, Sha256Digest Content)> _sending = new();
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.PushConcurrency,
        QueueLimit = options.Value.PushQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public async Task<PushOutcome> PushAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (!replicas.Names.Contains(request.Replica))
        {
            return Fail(request, 404, $"There is no replica named '{request.Replica}'.");
        }

        using var lease = await _limiter.AcquireAsync(1, cancellationToken);
        if (!lease.IsAcquired)
        {
            return Fail(request, 503, $"{options.Value.PushQueue} pushes are waiting already.");
        }

        if (!catalog.TryGet(request.Video, out var published))
        {
            return Fail(request, 404, $"There is no video '{request.Video}'.");
        }

        // Whoever asks for the same again while it is sent, or for an equal file, waits and then finds that it is there.
        using var turn = await _sending.AcquireAsync((request.Replica, published.Video.Sha256), cancellationToken);
        var outcome = await SendAsync(request, published, cancellationToken);
        if (outcome is PushOutcome.Verified { Result: var result })
        {
            metrics.Verified(request.Replica, TimeSpan.FromSeconds(result.Seconds));
            LogVerified(logger, request.Replica, request.Video, result.Size, result.Sent, result.Seconds);
        }

        return outcome;
    }

    public void Dispose() => _limiter.Dispose();

    private async Task<PushOutcome> SendAsync(PushRequest request, PublishedVideo published, CancellationToken cancellationToken)
    {
        var (file, video) = published;
        var started = time.GetTimestamp();
        VideoContent? content = null;
        try
        {
            var (complete, offset) = await client.AskOffsetAsync(request.Replica, video, cancellationToken);
            if (!complete)
            {
                await using var stream = new FileStream(file.Path, FileReading.Options);
                if (stream.Length != file.Size || File.GetLastWriteTimeUtc(stream.SafeFileHandle) != file.ModifiedUtc)
                {
                    return Fail(request, 409, $"'{file.Name}' has changed since it was published; the next scan takes it up.");
                }

                content = client.Content(stream, offset);
                if (await client.SendAsync(request.Replica, video, offset, content, cancellationToken) is var (status, reason))
                {
                    return Fail(request, status is 507 ? 507 : 502, $"{request.Replica} answered {status}: {reason}");
                }
            }

            return new PushOutcome.Verified(new PushResult(
                request.Video, request.Replica, video.Size, content?.Sent ?? 0, time.GetElapsedTime(started).TotalSeconds));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fail(request, 404, $"'{file.Name}' is gone; the next scan takes it out of the catalog.");
        }
        catch (UnauthorizedAccessException e)
        {
            return Fail(request, 500, $"'{file.Name}' cannot be read: {e.Message}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            var status = e is TimeoutException || e.InnerException is TimeoutException ? 504 : 502;
            return Fail(request, status, $"The push to {request.Replica} broke off after {content?.Sent ?? 0} bytes: {e.GetBaseException().Message}");
        }
        finally
        {
            metrics.Sent(request.Replica, content?.Sent ?? 0);
            content?.Dispose();
        }
    }

    private PushOutcome.Failed Fail(PushRequest request, int status, string reason)
    {
        metrics.Failed(replicas.Names.Contains(request.Replica) ? request.Replica : "unknown", status);
        LogFailed(logger, request.Replica, request.Video, reason);
        return new PushOutcome.Failed(status, reason);
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Debug,
        Message = "{Replica} verified {Name}: {Size} bytes, {Sent} sent, {Seconds:0.000} s")]
    private static partial void LogVerified(
        ILogger logger, string replica, VideoName name, long size, long sent, double seconds);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "{Replica} did not get {Name}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string replica, VideoName name, string reason);
}

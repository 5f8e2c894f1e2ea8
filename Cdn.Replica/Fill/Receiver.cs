using System.Diagnostics;
using System.IO.Pipelines;
using Cdn.Contracts;
using Cdn.Replica.Eviction;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Fill;

/// <summary>
/// Step F7: reserves space, writes to <c>incoming/</c>, verifies length and SHA-256, makes it durable, renames, records. A
/// push that breaks off leaves what it brought for the next one to go on from; one whose bytes are wrong leaves nothing.
/// Each push has a thread of its own: it hashes for seconds and waits for the disk, on writes and on fsync(2) alike, and
/// whoever does that on the thread pool keeps the viewers waiting. <c>RECEIVE_CONCURRENCY</c> bounds how many there are.
/// </summary>
internal sealed partial class Receiver(
    VideoStore store,
    StoreLayout layout,
    SpaceBudget budget,
    Evictor evictor,
    KeyedLock<Sha256Digest> installing,
    Receptions receptions,
    FillMetrics metrics,
    IOptions<ReplicaOptions> options,
    TimeProvider time,
    ILogger<Receiver> logger)
{
    private static readonly ActivitySource Activities = new("Cdn.Replica");

    /// <summary>How much of this content is here: whether the name has it, and where a push of it would go on.</summary>
    public (bool Complete, long Offset) Progress(VideoName name, Sha256Digest digest)
    {
        if (store.TryGetObject(digest, out var held))
        {
            return (held.IsPinned && store.TryGet(name, out var named) && named.Sha256 == digest, held.Size);
        }

        return (false, PartialFile.LengthOf(layout.IncomingOf(digest)));
    }

    public async Task<ReceiveOutcome> ReceiveAsync(IncomingVideo video, PipeReader body, CancellationToken cancellationToken)
    {
        var (started, since) = (time.GetTimestamp(), store.PurgeCount);
        using var span = Activities.StartActivity($"receive {video.Name}");
        span?.SetTag(SpanTags.Video, video.Name.Value);
        using var turn = await installing.AcquireAsync(video.Sha256, cancellationToken);
        var outcome = await Task.Factory.StartNew(
            () => Receive(video, body, since, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
        Report(video, outcome, time.GetElapsedTime(started), span);
        return outcome;
    }

    private ReceiveOutcome Receive(IncomingVideo video, PipeReader body, long since, CancellationToken cancellationToken)
    {
        if (video.Purged is { } sender && store.Mark is { } own && !sender.Includes(own))
        {
            return new ReceiveOutcome.Refused(409, "The sender has not applied all purges; what it sends may be purged.");
        }

        try
        {
            return store.TryGetObject(video.Sha256, out var held)
                ? Record(video.Name, held with { LastModified = video.LastModified, IsPinned = true }, since)
                : ReceiveNew(video, body, since, cancellationToken);
        }
        catch (PurgedException e)
        {
            return new ReceiveOutcome.Refused(409, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            return IsDiskFull(e)
                ? new ReceiveOutcome.Refused(507, $"The disk of the store is full: {e.Message}")
                : new ReceiveOutcome.Refused(500, $"The store cannot be written: {e.Message}");
        }
    }

    private ReceiveOutcome ReceiveNew(IncomingVideo video, PipeReader body, long since, CancellationToken cancellationToken)
    {
        var path = layout.IncomingOf(video.Sha256);
        var present = PartialFile.LengthOf(path);
        if (video.Offset != present)
        {
            if (video.Offset != 0)
            {
                return new ReceiveOutcome.Refused(409, $"{present} bytes of this video are here, not {video.Offset}.", present);
            }

            // The sender starts from the beginning, which it may.
            Discard(path);
            present = 0;
        }

        if (present > video.Size)
        {
            Discard(path);
            return new ReceiveOutcome.Refused(409, "More bytes than the video has were here; they were discarded.", 0);
        }

        var generation = budget.Generation;
        if (!evictor.TryReserve(video.Size - present, out var why))
        {
            return new ReceiveOutcome.Refused(507, why!);
        }

        if (options.Value.RefetchesStale)
        {
            store.Supersede(video.Name);
        }

        ReceiveOutcome? outcome = null;
        try
        {
            outcome = Write(path, video, body, since, cancellationToken);
            return outcome;
        }
        finally
        {
            if (budget.Generation != generation)
            {
                // The store was taken away meanwhile. Its new one counted from nothing; what is there now is this push.
                budget.Count(outcome is ReceiveOutcome.Held ? video.Size : PartialFile.LengthOf(path));
            }
            else if (outcome is not ReceiveOutcome.Held)
            {
                budget.Release(video.Size - PartialFile.LengthOf(path));
            }
        }
    }

    private ReceiveOutcome Write(string path, IncomingVideo video, PipeReader body, long since, CancellationToken cancellationToken)
    {
        Reception? reception = null;
        try
        {
            using (var partial = PartialFile.Open(path, cancellationToken))
            {
                reception = receptions.Begin(video.Sha256, path, partial.Length);
                if (Copy(body, partial, reception, video.Size, cancellationToken) is { } broken)
                {
                    return new ReceiveOutcome.Refused(
                        broken is BadHttpRequestException bad ? bad.StatusCode : 400,
                        $"The push broke off at {partial.Length} of {video.Size} bytes: {broken.Message}",
                        partial.Length);
                }

                if (partial.Length != video.Size || partial.Digest() != video.Sha256)
                {
                    File.Delete(path);
                    return new ReceiveOutcome.Refused(
                        422, $"The {partial.Length} bytes received do not have the digest {video.Sha256}; they were discarded.");
                }

                partial.Complete(video.LastModified);
            }

            store.Install(video.Name, new HeldObject(video.Sha256, video.Size, video.LastModified, IsPinned: true), path, since);
            return new ReceiveOutcome.Held(video.Size - video.Offset);
        }
        catch (Exception e) when (IsDiskFull(e))
        {
            // What there is of it would only keep the disk full.
            File.Delete(path);
            throw;
        }
        finally
        {
            reception?.Dispose(); // Not before it is held: whoever looks for it finds it in one place or the other.
        }
    }

    /// <summary>
    /// Copies the body to its end, as it comes: while one piece is written, the connection takes in the next. A body that
    /// breaks off is written as far as it came, and why is returned.
    /// </summary>
    private Exception? Copy(PipeReader body, PartialFile partial, Reception reception, long size, CancellationToken cancellationToken)
    {
        var stallAfter = TimeSpan.FromSeconds(options.Value.ReceiveStallSeconds);
        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        var ended = false;
        while (!ended && partial.Length <= size)
        {
            ReadResult read;
            try
            {
                // Waits on a thread that is there for nothing else; see the class.
                stalled.CancelAfter(stallAfter);
                read = body.ReadAsync(either.Token).AsTask().GetAwaiter().GetResult();
                stalled.CancelAfter(Timeout.InfiniteTimeSpan); // What the disk takes is not the sender's.
            }
            catch (OperationCanceledException) when (stalled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return new BadHttpRequestException($"Nothing came for {stallAfter.TotalSeconds:0.#} s.", StatusCodes.Status408RequestTimeout);
            }
            catch (Exception e) when (e is BadHttpRequestException or ConnectionResetException or ConnectionAbortedException
                or IOException or OperationCanceledException)
            {
                return e;
            }

            try
            {
                partial.Append(read.Buffer);
                reception.Advance(partial.Length);
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }

            ended = read.IsCompleted;
        }

        return null;
    }

    private ReceiveOutcome.Held Record(VideoName name, HeldObject held, long since)
    {
        store.Hold(name, held, since);
        return new ReceiveOutcome.Held(0);
    }

    private void Discard(string path)
    {
        budget.Release(PartialFile.LengthOf(path));
        File.Delete(path);
    }

    private void Report(IncomingVideo video, ReceiveOutcome outcome, TimeSpan duration, Activity? span)
    {
        switch (outcome)
        {
            case ReceiveOutcome.Held held:
                span?.SetTag(SpanTags.Bytes, held.Received);
                metrics.Held(held.Received, duration);
                LogHeld(logger, video.Name, video.Size, held.Received, duration.TotalSeconds);
                break;
            case ReceiveOutcome.Refused refused:
                span?.SetStatus(ActivityStatusCode.Error, refused.Reason);
                metrics.Refused(refused.Status);
                LogRefused(logger, video.Name, refused.Status, refused.Reason);
                break;
        }
    }

    /// <summary>ENOSPC (28) and EDQUOT (122) as .NET passes them on, ERROR_DISK_FULL (112) of Windows, and SQLITE_FULL (13).</summary>
    private static bool IsDiskFull(Exception e) =>
        (e is IOException && (e.HResult & 0xFFFF) is 28 or 122 or 112) || e is SqliteException { SqliteErrorCode: 13 };

    [LoggerMessage(EventId = 400, Level = LogLevel.Debug,
        Message = "{Name} is held: {Size} bytes, {Received} received, {Seconds:0.000} s")]
    private static partial void LogHeld(ILogger logger, VideoName name, long size, long received, double seconds);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "{Name} was not taken ({Status}): {Reason}")]
    private static partial void LogRefused(ILogger logger, VideoName name, int status, string reason);
}

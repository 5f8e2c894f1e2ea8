using System.Buffers;
using Cdn.Contracts;
using Cdn.Replica.Eviction;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Concurrency;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Fill;

/// <summary>
/// Step F7: reserves space, writes to <c>incoming/</c>, verifies length and SHA-256, makes it durable, renames, records. A
/// push that breaks off leaves what it brought for the next one to go on from; one whose bytes are wrong leaves nothing.
/// </summary>
internal sealed partial class Receiver(
    VideoStore store,
    StoreLayout layout,
    SpaceBudget budget,
    Evictor evictor,
    KeyedLock<Sha256Digest> installing,
    FillMetrics metrics,
    IOptions<ReplicaOptions> options,
    TimeProvider time,
    ILogger<Receiver> logger)
{

    /// <summary>How much of this content is here: whether the name has it, and where a push of it would go on.</summary>
    public (bool Complete, long Offset) Progress(VideoName name, Sha256Digest digest)
    {
        if (store.TryGetObject(digest, out var held))
        {
            return (held.IsPinned && store.TryGet(name, out var named) && named.Sha256 == digest, held.Size);
        }

        return (false, PartialFile.LengthOf(layout.IncomingOf(digest)));
    }

    public async Task<ReceiveOutcome> ReceiveAsync(IncomingVideo video, Stream body, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var turn = await installing.AcquireAsync(video.Sha256, cancellationToken);
        ReceiveOutcome outcome;
        try
        {
            outcome = store.TryGetObject(video.Sha256, out var held)
                ? Record(video.Name, held with { LastModified = video.LastModified, IsPinned = true }, 0)
                : await ReceiveNewAsync(video, body, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            outcome = IsDiskFull(e)
                ? new ReceiveOutcome.Refused(507, $"The disk of the store is full: {e.Message}")
                : new ReceiveOutcome.Refused(500, $"The store cannot be written: {e.Message}");
        }

        Report(video, outcome, time.GetElapsedTime(started));
        return outcome;
    }

    private async Task<ReceiveOutcome> ReceiveNewAsync(IncomingVideo video, Stream body, CancellationToken cancellationToken)
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
            return outcome = await WriteAsync(path, video, body, cancellationToken);
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

    private async Task<ReceiveOutcome> WriteAsync(
        string path, IncomingVideo video, Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var partial = await PartialFile.OpenAsync(path, cancellationToken);
            if (await CopyAsync(body, partial, video.Size, cancellationToken) is { } broken)
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
        catch (Exception e) when (IsDiskFull(e))
        {
            // What there is of it would only keep the disk full.
            File.Delete(path);
            throw;
        }

        store.Install(video.Name, new HeldObject(video.Sha256, video.Size, video.LastModified, IsPinned: true), path);
        return new ReceiveOutcome.Held(video.Size - video.Offset);
    }

    /// <summary>Copies the body to its end. A body that breaks off is written as far as it came, and why is returned.</summary>
    private static async Task<Exception?> CopyAsync(
        Stream body, PartialFile partial, long size, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StoreFile.BufferSize);
        try
        {
            Exception? broken = null;
            var ended = false;
            while (!ended && broken is null && partial.Length <= size)
            {
                var filled = 0;
                try
                {
                    while (filled < StoreFile.BufferSize && !ended)
                    {
                        var read = await body.ReadAsync(buffer.AsMemory(filled, StoreFile.BufferSize - filled), cancellationToken);
                        filled += read;
                        ended = read == 0;
                    }
                }
                catch (Exception e) when (e is BadHttpRequestException or ConnectionResetException or ConnectionAbortedException
                    or IOException or OperationCanceledException)
                {
                    broken = e;
                }

                await partial.AppendAsync(buffer.AsMemory(0, filled));
            }

            return broken;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ReceiveOutcome.Held Record(VideoName name, HeldObject held, long received)
    {
        store.Hold(name, held);
        return new ReceiveOutcome.Held(received);
    }

    private void Discard(string path)
    {
        budget.Release(PartialFile.LengthOf(path));
        File.Delete(path);
    }

    private void Report(IncomingVideo video, ReceiveOutcome outcome, TimeSpan duration)
    {
        switch (outcome)
        {
            case ReceiveOutcome.Held held:
                metrics.Held(held.Received, duration);
                LogHeld(logger, video.Name, video.Size, held.Received, duration.TotalSeconds);
                break;
            case ReceiveOutcome.Refused refused:
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

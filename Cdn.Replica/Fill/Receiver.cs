using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Telemetry;
using Cdn.Storage.Files;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Fill;

/// <summary>
/// The receiving end of a push (step F6). A push that breaks off leaves what it brought for the next one to go on from; one whose
/// bytes are wrong leaves nothing. A small one is taken whole, in memory, and costs no thread and no file of its own.
/// </summary>
internal sealed partial class Receiver(
    VideoStore store,
    VideoIntake intake,
    Room room,
    Supply supply,
    FillMetrics metrics,
    IOptions<ReplicaOptions> options,
    TimeProvider time,
    ILogger<Receiver> logger)
{
    /// <summary>
    /// Size up to which a push is taken in memory: 256 KiB. To send that again costs no more than to ask where to go on.
    /// </summary>
    private const int Small = 256 * 1024;

    private static readonly ActivitySource Activities = new("Cdn.Replica");

    public async Task<IntakeOutcome> ReceiveAsync(IncomingVideo video, PipeReader body, CancellationToken cancellationToken)
    {
        var (started, since) = (time.GetTimestamp(), store.PurgeCount);
        using var span = Activities.StartActivity($"receive {video.Name}");
        span?.SetTag(SpanTags.Video, video.Name.Value);
        IntakeOutcome outcome;
        var received = 0L;
        try
        {
            (outcome, received) = await TakeAsync(video, body, since, cancellationToken);
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            var failure = StoreFailure.Of(e);
            outcome = new IntakeOutcome.Refused(failure.Status, failure.Reason);
        }

        Report(video, outcome, received, time.GetElapsedTime(started), span);
        return outcome;
    }

    private async Task<(IntakeOutcome Outcome, long Received)> TakeAsync(
        IncomingVideo video, PipeReader body, long since, CancellationToken cancellationToken)
    {
        if (PushChecks.Refuse(store, video.Purged) is { } refusal)
        {
            return (refusal, 0);
        }

        using var turn = await intake.TurnAsync(video.Sha256, cancellationToken);
        if (turn is null)
        {
            return (new IntakeOutcome.Refused(StatusCodes.Status503ServiceUnavailable, $"'{video.Name}' is being brought by somebody else."), 0);
        }

        var content = new Verified(video.Name, video.Version, IsPinned: true, since);
        var here = intake.Progress(video.Name, video.Sha256).Offset;
        if (store.TryGetObject(video.Sha256, out _))
        {
            return (OutcomeOf(await store.CommitAsync(content), video.Name), 0);
        }

        if (video.Size <= Small && video.Offset == 0 && here == 0)
        {
            return (await TakeSmallAsync(content, body, cancellationToken), video.Size);
        }

        var begun = await intake.BeginAsync(new IntakeRequest(video.Name, video.Version, IsPinned: true, since, video.Offset));
        if (begun.Arrival is not { } arrival)
        {
            return (begun.Refusal!, 0);
        }

        if (options.Value.RefetchesStale)
        {
            await store.SupersedeAsync(video.Name);
        }

        var supplied = await supply.RunAsync(
            arrival, body, begun.Skip, TimeSpan.FromSeconds(options.Value.ReceiveStallSeconds), cancellationToken);
        return (await intake.EndAsync(arrival, supplied), video.Size - video.Offset);
    }

    private async Task<IntakeOutcome> TakeSmallAsync(Verified content, PipeReader body, CancellationToken cancellationToken)
    {
        var (reservation, refusal) = await room.ReserveAsync(content.Version.Size, isPulled: false);
        if (reservation is null)
        {
            return new IntakeOutcome.Refused(StatusCodes.Status507InsufficientStorage, refusal!);
        }

        var size = (int)content.Version.Size;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            if (await ReadAsync(body, buffer.AsMemory(0, size), cancellationToken) is { } broken)
            {
                return broken;
            }

            if (new Sha256Digest(SHA256.HashData(buffer.AsSpan(0, size))) != content.Version.Sha256)
            {
                return PushChecks.Wrong(content.Version);
            }

            var result = await store.CommitAsync(content with { Bytes = buffer.AsMemory(0, size) });
            reservation.Wrote(result.Value.IsNewObject ? size : 0);
            return OutcomeOf(result, content.Name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            reservation.Dispose();
        }
    }

    private async Task<IntakeOutcome?> ReadAsync(PipeReader body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var stallAfter = TimeSpan.FromSeconds(options.Value.ReceiveStallSeconds);
        using var stalled = new CancellationTokenSource(stallAfter, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        try
        {
            var read = await body.ReadAtLeastAsync(Math.Max(1, buffer.Length), either.Token);
            var length = Math.Min(read.Buffer.Length, buffer.Length);
            read.Buffer.Slice(0, length).CopyTo(buffer.Span);
            body.AdvanceTo(read.Buffer.GetPosition(length));
            return length == buffer.Length
                ? null
                : new IntakeOutcome.Broken(StatusCodes.Status400BadRequest, $"The push broke off at {length} of {buffer.Length} bytes.", 0);
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new IntakeOutcome.Broken(StatusCodes.Status408RequestTimeout, $"The push was not here within {stallAfter.TotalSeconds:0.#} s.", 0);
        }
        catch (Exception e) when (e is BadHttpRequestException or ConnectionResetException or ConnectionAbortedException
            or IOException or OperationCanceledException)
        {
            return new IntakeOutcome.Broken(
                (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, $"The push broke off: {e.Message}", 0);
        }
    }

    private static IntakeOutcome OutcomeOf(StoreResult<Commit> result, VideoName name) => result.Failure is { } failure
        ? new IntakeOutcome.Refused(failure.Status, failure.Reason)
        : Outcomes.Of(result.Value.Status, name);

    private void Report(IncomingVideo video, IntakeOutcome outcome, long received, TimeSpan duration, Activity? span)
    {
        var (status, reason) = outcome switch
        {
            IntakeOutcome.Refused refused => (refused.Status, refused.Reason),
            IntakeOutcome.Broken broken => (broken.Status, broken.Reason),
            _ => (0, ""),
        };
        if (status == 0)
        {
            span?.SetTag(SpanTags.Bytes, received);
            metrics.Held(received, duration);
            LogHeld(logger, video.Name, video.Size, received, duration.TotalSeconds);
            return;
        }

        span?.SetStatus(ActivityStatusCode.Error, reason);
        metrics.Refused(status);
        LogRefused(logger, video.Name, status, reason);
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Debug,
        Message = "{Name} is held: {Size} bytes, {Received} received, {Seconds:0.000} s")]
    private static partial void LogHeld(ILogger logger, VideoName name, long size, long received, double seconds);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "{Name} was not taken ({Status}): {Reason}")]
    private static partial void LogRefused(ILogger logger, VideoName name, int status, string reason);
}

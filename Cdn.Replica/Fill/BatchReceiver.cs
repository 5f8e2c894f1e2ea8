using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Fill;

/// <summary>
/// The receiving end of a push of many small videos: each is verified in memory, and they are committed in groups, one while the
/// next is read. A body that breaks off leaves what had come whole before.
/// </summary>
internal sealed partial class BatchReceiver(
    VideoStore store, Room room, FillMetrics metrics, IOptions<ReplicaOptions> options, TimeProvider time, ILogger<BatchReceiver> logger)
{
    /// <summary>Videos of a group: 1,024, all of a push.</summary>
    private const int GroupVideos = Limits.MaxBatchVideos;

    /// <summary>Bytes of a group: 8 MiB. Two of them are in memory at a time.</summary>
    private const long GroupBytes = 8 * 1024 * 1024;

    private static readonly ActivitySource Activities = new("Cdn.Replica");

    /// <exception cref="BadHttpRequestException">
    /// The body is not what it ought to be; what had come whole before is held.
    /// </exception>
    public async Task<ReceiveManyAnswer> ReceiveAsync(PipeReader body, CancellationToken cancellationToken)
    {
        var (started, since) = (time.GetTimestamp(), store.PurgeCount);
        using var span = Activities.StartActivity("receive videos");
        using var reader = new BatchReader(body, TimeSpan.FromSeconds(options.Value.ReceiveStallSeconds), time);
        var (receipts, committing) = (new List<VideoReceipt>(), Task.CompletedTask);
        var (group, bytes) = (new List<BatchedVideo>(), 0L);
        try
        {
            while (await reader.NextAsync(cancellationToken) is { } video)
            {
                group.Add(video);
                bytes += video.Video.Size;
                if (group.Count == GroupVideos || bytes >= GroupBytes)
                {
                    await committing;
                    committing = CommitAsync(group, receipts, since);
                    (group, bytes) = ([], 0);
                }
            }
        }
        finally
        {
            await committing;
            await CommitAsync(group, receipts, since);
        }

        Report(receipts, time.GetElapsedTime(started));
        return new ReceiveManyAnswer([.. receipts]);
    }

    private async Task CommitAsync(List<BatchedVideo> group, List<VideoReceipt> receipts, long since)
    {
        if (group.Count == 0)
        {
            return;
        }

        try
        {
            var (right, wrong) = Verify(group);
            receipts.AddRange(wrong);
            var isNew = right.Where(video => !store.TryGetObject(video.Video.Sha256, out _)).Sum(video => video.Video.Size);
            var (reservation, refusal) = await room.ReserveAsync(isNew, isPulled: false);
            if (reservation is null)
            {
                receipts.AddRange(
                    right.Select(video => new VideoReceipt(video.Video.Name, StatusCodes.Status507InsufficientStorage, refusal)));
                return;
            }

            using (reservation)
            {
                await CommitAsync(right, receipts, since, reservation);
            }
        }
        finally
        {
            group.ForEach(video => ArrayPool<byte>.Shared.Return(video.Buffer));
        }
    }

    private async Task CommitAsync(List<BatchedVideo> right, List<VideoReceipt> receipts, long since, RoomReservation reservation)
    {
        var results = await store.CommitAllAsync(right.Select(video => new Verified(
            video.Video.Name, VersionOf(video.Video), IsPinned: true, since, Bytes: video.Bytes)));
        for (var i = 0; i < right.Count; i++)
        {
            var (video, result) = (right[i].Video, await results[i]);
            reservation.Wrote(result.Value.IsNewObject ? video.Size : 0);
            metrics.Received(result.Value.IsNewObject ? video.Size : 0);
            receipts.Add(result.Failure is { } failure
                ? new VideoReceipt(video.Name, failure.Status, failure.Reason)
                : ReceiptOf(Outcomes.Of(result.Value.Status, video.Name), video.Name));
        }
    }

    private static (List<BatchedVideo> Right, List<VideoReceipt> Wrong) Verify(List<BatchedVideo> group)
    {
        var (right, wrong) = (new List<BatchedVideo>(group.Count), new List<VideoReceipt>());
        foreach (var video in group)
        {
            if (new Sha256Digest(SHA256.HashData(video.Bytes.Span)) == video.Video.Sha256)
            {
                right.Add(video);
            }
            else
            {
                wrong.Add(ReceiptOf(PushChecks.Wrong(VersionOf(video.Video)), video.Video.Name));
            }
        }

        return (right, wrong);
    }

    private static ContentVersion VersionOf(CatalogVideo video) =>
        new(video.Sha256, video.Size, DateTimeOffset.FromUnixTimeSeconds(video.LastModified.ToUnixTimeSeconds()));

    private static VideoReceipt ReceiptOf(IntakeOutcome outcome, VideoName name) => outcome is IntakeOutcome.Refused refused
        ? new VideoReceipt(name, refused.Status, refused.Reason)
        : new VideoReceipt(name, VideoReceipt.Done);

    private void Report(List<VideoReceipt> receipts, TimeSpan duration)
    {
        metrics.Held(0, duration);
        var held = receipts.Count(receipt => receipt.IsDone);
        LogHeld(logger, held, receipts.Count, duration.TotalSeconds);
        foreach (var refused in receipts.Where(receipt => !receipt.IsDone).GroupBy(receipt => receipt.Status))
        {
            var first = refused.First();
            metrics.Refused(refused.Key);
            LogRefused(logger, refused.Count(), first.Video, refused.Key, first.Reason);
        }
    }

    [LoggerMessage(EventId = 402, Level = LogLevel.Debug, Message = "{Held} of {Count} videos that came together are held, {Seconds:0.000} s")]
    private static partial void LogHeld(ILogger logger, int held, int count, double seconds);

    [LoggerMessage(EventId = 403, Level = LogLevel.Warning, Message = "{Count} videos, {Name} among them, were not taken ({Status}): {Reason}")]
    private static partial void LogRefused(ILogger logger, int count, VideoName name, int status, string? reason);
}

using System.Buffers;
using System.Net;
using Cdn.Origin.Catalog;

namespace Cdn.Origin.Fill;

/// <summary>
/// The body of a push: a file from an offset to its end, read and sent in steps of one pooled buffer, so that memory does
/// not depend on the size of the video. A step that the receiver does not take within the stall time ends the push.
/// </summary>
internal sealed class VideoContent(FileStream file, long offset, TimeSpan stallAfter, TimeProvider time) : HttpContent
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _length = file.Length - offset;

    /// <summary>Completed when the last byte was handed to the connection.</summary>
    public Task Complete => _complete.Task;

    /// <summary>Bytes handed to the connection so far.</summary>
    public long Sent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FileReading.BufferSize);
        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        try
        {
            while (Sent < _length)
            {
                var read = await RandomAccess.ReadAsync(
                    file.SafeFileHandle,
                    buffer.AsMemory(0, (int)Math.Min(FileReading.BufferSize, _length - Sent)),
                    offset + Sent,
                    cancellationToken);
                if (read == 0)
                {
                    throw new IOException("The file became shorter while it was sent.");
                }

                stalled.CancelAfter(stallAfter);
                await stream.WriteAsync(buffer.AsMemory(0, read), either.Token);
                stalled.CancelAfter(Timeout.InfiniteTimeSpan);
                Sent += read;
            }

            _complete.TrySetResult();
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            throw new TimeoutException($"The replica took nothing for {stallAfter.TotalSeconds:0} s.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}

using System.Buffers;
using System.Diagnostics;
using System.Net;

namespace Cdn.Transfer.Push;

/// <summary>
/// The body of a push: a video from an offset to its end, read and sent in steps of one pooled buffer, so that memory does not
/// depend on the size of the video. A step that the receiver does not take within the stall time ends the push, and so does one
/// that does not become readable in that time.
/// </summary>
internal sealed class PushContent(
    IPushBytes bytes, long offset, long size, SendRate rate, TimeSpan stallAfter, TimeProvider time) : HttpContent
{
    /// <summary>Bytes read at a time: 256 KiB, from where on larger reads gain nothing.</summary>
    private const int BufferSize = 256 * 1024;

    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly long _length = size - offset;
    private long _sent;

    /// <summary>Completed when the last byte was handed to the connection.</summary>
    public Task Complete => _complete.Task;

    /// <summary>Bytes handed to the connection so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>How far the video is at the replica.</summary>
    public long Position => offset + Sent;

    /// <summary>Mean rate so far.</summary>
    public double BytesPerSecond => Sent / Math.Max(0.001, Stopwatch.GetElapsedTime(_started).TotalSeconds);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        var isReading = false;
        try
        {
            while (_sent < _length)
            {
                isReading = true;
                stalled.CancelAfter(stallAfter);
                var read = await bytes.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferSize, _length - _sent)), offset + _sent, either.Token);
                if (read == 0)
                {
                    throw new IOException("The file became shorter while it was sent.");
                }

                stalled.CancelAfter(Timeout.InfiniteTimeSpan);
                await rate.WaitAsync(read, either.Token);
                isReading = false;
                stalled.CancelAfter(stallAfter);
                await stream.WriteAsync(buffer.AsMemory(0, read), either.Token);
                Volatile.Write(ref _sent, _sent + read);
            }

            _complete.TrySetResult();
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            throw isReading
                ? new PushFailedException(424, $"There was nothing to send for {stallAfter.TotalSeconds:0} s.")
                : new TimeoutException($"The replica took nothing for {stallAfter.TotalSeconds:0} s.");
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

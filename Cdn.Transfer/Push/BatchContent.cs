using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Cdn.Contracts;

namespace Cdn.Transfer.Push;

/// <summary>
/// The body of a push of many: for each video a line of JSON that says what it is, and then its bytes. Each is read whole before
/// it is sent, so one that cannot be read is left out and breaks nothing.
/// </summary>
internal sealed class BatchContent : HttpContent
{
    /// <summary>Bytes of its buffer at first: 72 KiB, a video of 64 KiB with its line. It grows for larger ones.</summary>
    private const int BufferSize = 72 * 1024;

    private readonly ImmutableArray<(CatalogVideo Video, Func<IPushBytes> Open)> _videos;
    private readonly SendRate _rate;
    private readonly TimeSpan _stallAfter;
    private readonly TimeProvider _time;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _sent;

    public BatchContent(
        ImmutableArray<(CatalogVideo Video, Func<IPushBytes> Open)> videos, SendRate rate, TimeSpan stallAfter, TimeProvider time)
    {
        (_videos, _rate, _stallAfter, _time) = (videos, rate, stallAfter, time);
        Size = videos.Sum(video => video.Video.Size);
        Headers.ContentType = new MediaTypeHeaderValue(BatchFormat.MediaType);
    }

    /// <summary>Bytes of all videos.</summary>
    public long Size { get; }

    /// <summary>Bytes of videos handed to the connection so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Mean rate so far.</summary>
    public double BytesPerSecond => Sent / Math.Max(0.001, Stopwatch.GetElapsedTime(_started).TotalSeconds);

    /// <summary>What was left out, and why. Complete when the body is.</summary>
    public List<VideoReceipt> LeftOut { get; } = [];

    /// <summary>The video that is being sent.</summary>
    public CatalogVideo Current { get; private set; } = null!;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(BufferSize);
        using var json = new Utf8JsonWriter(buffer);
        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        foreach (var (video, open) in _videos)
        {
            Current = video;
            buffer.ResetWrittenCount();
            json.Reset();
            JsonSerializer.Serialize(json, video, WireJson.Default.CatalogVideo);
            buffer.Write("\n"u8);
            try
            {
                using var bytes = open();
                await ReadAsync(bytes, video, buffer, either.Token);
            }
            catch (Exception e) when (e is PushFailedException or IOException or UnauthorizedAccessException)
            {
                LeftOut.Add(new VideoReceipt(video.Name, (e as PushFailedException)?.Status ?? 500, e.Message));
                continue;
            }

            await _rate.WaitAsync((int)video.Size, either.Token);
            stalled.CancelAfter(_stallAfter);
            try
            {
                await stream.WriteAsync(buffer.WrittenMemory, either.Token);
            }
            catch (OperationCanceledException) when (stalled.IsCancellationRequested)
            {
                throw new TimeoutException($"The replica took nothing for {_stallAfter.TotalSeconds:0} s.");
            }

            stalled.CancelAfter(Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _sent, _sent + video.Size);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private static async Task ReadAsync(IPushBytes bytes, CatalogVideo video, ArrayBufferWriter<byte> buffer, CancellationToken cancellationToken)
    {
        for (long offset = 0; offset < video.Size;)
        {
            var wanted = (int)(video.Size - offset);
            var read = await bytes.ReadAsync(buffer.GetMemory(wanted)[..wanted], offset, cancellationToken);
            if (read == 0)
            {
                throw new PushFailedException(409, $"'{video.Name}' became shorter while it was read.");
            }

            buffer.Advance(read);
            offset += read;
        }
    }
}

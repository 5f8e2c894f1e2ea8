using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Transfer.Push;

namespace Cdn.Replica.Fill;

/// <summary>One video of a push of many, in memory.</summary>
/// <param name="Video">What it says that it is.</param>
/// <param name="Buffer">Its bytes, from a pool; there may be more behind them.</param>
internal readonly record struct BatchedVideo(CatalogVideo Video, byte[] Buffer)
{
    public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, (int)Video.Size);
}

/// <summary>Takes the body of a push of many apart (<see cref="BatchFormat"/>).</summary>
internal sealed class BatchReader(PipeReader body, TimeSpan stallAfter, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _stalled = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>The next video; null at the end.</summary>
    /// <exception cref="BadHttpRequestException">It is no such body, or it stalled.</exception>
    public async Task<BatchedVideo?> NextAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stalled.Token);
        try
        {
            if (await ReadLineAsync(either.Token) is not { } video)
            {
                return null;
            }

            if (video.Size is < 0 or > Limits.MaxBatchedVideoBytes)
            {
                throw new BadHttpRequestException($"'{video.Name}' has {video.Size} bytes; with others it may have {Limits.MaxBatchedVideoBytes}.");
            }

            var buffer = ArrayPool<byte>.Shared.Rent((int)video.Size);
            try
            {
                await FillAsync(buffer.AsMemory(0, (int)video.Size), either.Token);
                return new BatchedVideo(video, buffer);
            }
            catch
            {
                ArrayPool<byte>.Shared.Return(buffer);
                throw;
            }
        }
        catch (OperationCanceledException) when (_stalled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException($"Nothing came for {stallAfter.TotalSeconds:0.#} s.", StatusCodes.Status408RequestTimeout);
        }
    }

    public void Dispose() => _stalled.Dispose();

    private async Task<CatalogVideo?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var video = Parse(read.Buffer.Slice(0, end));
                body.AdvanceTo(read.Buffer.GetPosition(1, end));
                return video;
            }

            if (read.Buffer.IsEmpty && read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted || read.Buffer.Length > BatchFormat.MaxLineBytes)
            {
                throw new BadHttpRequestException("A line that says which video comes is cut off, or too long.");
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async Task FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            var read = await ReadAsync(cancellationToken);
            var piece = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
            piece.CopyTo(buffer.Span);
            buffer = buffer[(int)piece.Length..];
            body.AdvanceTo(piece.End);
            if (read.IsCompleted && buffer.Length > 0 && piece.Length == read.Buffer.Length)
            {
                throw new BadHttpRequestException("The push broke off within a video.");
            }
        }
    }

    private async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        if (body.TryRead(out var there))
        {
            return there;
        }

        _stalled.CancelAfter(stallAfter);
        var read = await body.ReadAsync(cancellationToken);
        _stalled.CancelAfter(Timeout.InfiniteTimeSpan);
        return read;
    }

    private static CatalogVideo Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            return JsonSerializer.Deserialize(ref json, WireJson.Default.CatalogVideo) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException($"A line that says which video comes makes no sense: {e.Message}");
        }
    }
}

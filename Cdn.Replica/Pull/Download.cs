using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Cdn.Contracts;
using Cdn.Replica.Delivery;
using Cdn.Replica.Store;

namespace Cdn.Replica.Pull;

/// <summary>Brings the bytes of a video from the origin into the file of its <see cref="Arrival"/>.</summary>
internal sealed partial class Download(
    OriginClient origin, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Download> logger)
{
    /// <summary>Bytes read and written at a time: 256 KiB.</summary>
    private const int StepSize = 256 * 1024;

    /// <summary>Times that a broken pull is gone on with, where it broke off: 3.</summary>
    private const int MaxResumptions = 3;

    /// <summary>Time before a broken pull is gone on with: 0.5 s.</summary>
    private static readonly TimeSpan ResumeAfter = TimeSpan.FromSeconds(0.5);

    /// <summary>Time without a byte after which a pull counts as broken: 15 s.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(15);

    /// <summary>Brings the whole of it here, from the beginning on, and verifies its digest.</summary>
    /// <exception cref="IOException">It is not to be had, or is not what the digest says.</exception>
    public async Task RunAsync(VideoName name, Arrival arrival, HttpResponseMessage first)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(StepSize);
        var response = first;
        try
        {
            for (var resumptions = 0; ; resumptions++)
            {
                try
                {
                    await CopyAsync(arrival, response, hash, buffer);
                    break;
                }
                catch (Exception e) when (e is HttpRequestException or HttpIOException or TimeoutException && resumptions < MaxResumptions)
                {
                    LogBroken(logger, name, arrival.Arrived, e.Message);
                    response.Dispose();
                    await Task.Delay(ResumeAfter, time, lifetime.ApplicationStopped);
                    response = await GetPartAsync(name, arrival.Version, new ByteRange(arrival.Arrived, arrival.Version.Size - 1));
                }
            }

            if (new Sha256Digest(hash.GetHashAndReset()) != arrival.Version.Sha256)
            {
                throw new WrongBytesException();
            }
        }
        finally
        {
            response.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task CopyAsync(Arrival arrival, HttpResponseMessage response, IncrementalHash hash, byte[] buffer)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopped);
        await using var body = await response.Content.ReadAsStreamAsync(stalled.Token);
        while (arrival.Arrived < arrival.Version.Size)
        {
            stalled.CancelAfter(Stall);
            var filled = await FillAsync(body, buffer.AsMemory(0, StepSize), stalled);
            hash.AppendData(buffer, 0, filled);
            await arrival.AppendAsync(buffer.AsMemory(0, filled), CancellationToken.None);
        }
    }

    private async Task<int> FillAsync(Stream body, Memory<byte> buffer, CancellationTokenSource stalled)
    {
        try
        {
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stalled.Token);
            return read > 0 ? read : throw new HttpIOException(HttpRequestError.ResponseEnded, "The origin ended it too early.");
        }
        catch (OperationCanceledException) when (!lifetime.ApplicationStopped.IsCancellationRequested)
        {
            throw new TimeoutException($"The origin sent nothing for {Stall.TotalSeconds:0} s.");
        }
    }

    /// <summary>Fetches one block that somebody waits for far ahead of the rest.</summary>
    public async Task FetchEarlyAsync(VideoName name, Arrival arrival, long block)
    {
        var isThere = false;
        if (!arrival.TryEnter())
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(StepSize);
        try
        {
            var first = block * Arrival.BlockSize;
            var range = new ByteRange(first, Math.Min(first + Arrival.BlockSize, arrival.Version.Size) - 1);
            using var response = await GetPartAsync(name, arrival.Version, range);
            using var stalled = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopped);
            await using var body = await response.Content.ReadAsStreamAsync(stalled.Token);
            for (var offset = range.First; offset <= range.Last;)
            {
                stalled.CancelAfter(Stall);
                var filled = await FillAsync(body, buffer.AsMemory(0, (int)Math.Min(StepSize, range.Last - offset + 1)), stalled);
                await arrival.WriteAsync(buffer.AsMemory(0, filled), offset, CancellationToken.None);
                offset += filled;
            }

            isThere = true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            LogBroken(logger, name, block * Arrival.BlockSize, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            arrival.BlockEnded(block, isThere);
            arrival.Leave();
        }
    }

    /// <exception cref="IOException">The origin has another version by now.</exception>
    private async Task<HttpResponseMessage> GetPartAsync(VideoName name, HeldObject version, ByteRange range)
    {
        var response = await origin.GetAsync(name, version, range, lifetime.ApplicationStopped);
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == range.First
            && OriginClient.VersionOf(response)?.Sha256 == version.Sha256)
        {
            return response;
        }

        using (response)
        {
            throw new IOException($"The origin answered {(int)response.StatusCode} when it was asked for the rest.");
        }
    }

    [LoggerMessage(EventId = 345, Level = LogLevel.Warning, Message = "The pull of {Name} broke off at byte {Offset}: {Reason}")]
    private static partial void LogBroken(ILogger logger, VideoName name, long offset, string reason);
}

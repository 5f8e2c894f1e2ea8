using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;

namespace Cdn.Replica.Pull;

/// <summary>Brings the bytes of a video from the origin to its <see cref="Arrival"/>.</summary>
internal sealed partial class Download(
    OriginClient origin, Supply supply, VideoIntake intake, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Download> logger)
{
    /// <summary>Bytes read and written at a time: 256 KiB.</summary>
    private const int StepSize = 256 * 1024;

    /// <summary>Times that a broken pull is gone on with, where it broke off: 3.</summary>
    private const int MaxResumptions = 3;

    /// <summary>Time before a broken pull is gone on with: 0.5 s, twice as long each time.</summary>
    private static readonly TimeSpan ResumeAfter = TimeSpan.FromSeconds(0.5);

    /// <summary>Time without a byte after which a pull counts as broken: 15 s.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(15);

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: StepSize, minimumReadSize: StepSize / 4);

    /// <summary>
    /// Brings the rest of it, verifies it and has it committed. What breaks off is gone on with, and so is what the origin
    /// refuses for now; if it has another version by now, there is nothing to go on with.
    /// </summary>
    /// <param name="name">The video.</param>
    /// <param name="arrival">What is arriving; it is ended here in any case.</param>
    /// <param name="first">The answer that brings it, from where the arrival is; null to ask for it.</param>
    public async Task<IntakeOutcome> RunAsync(VideoName name, Arrival arrival, HttpResponseMessage? first)
    {
        for (var resumptions = 0; ; resumptions++)
        {
            var outcome = await TryAsync(name, arrival, first);
            if (outcome is not IntakeOutcome.Broken broken)
            {
                return outcome;
            }

            LogBroken(logger, name, broken.Arrived, broken.Reason);
            first = null;
            try
            {
                if (resumptions < MaxResumptions)
                {
                    await Task.Delay(ResumeAfter * (1 << resumptions), time, lifetime.ApplicationStopping);
                }
            }
            catch (OperationCanceledException)
            {
                resumptions = MaxResumptions;
            }

            if (resumptions >= MaxResumptions)
            {
                intake.GiveUp(arrival, new IOException(broken.Reason));
                return broken;
            }
        }
    }

    /// <summary>Fetches one block that somebody waits for far ahead of the rest.</summary>
    public async Task FetchEarlyAsync(VideoName name, Arrival arrival, long block, EarlyBlocks blocks)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StepSize);
        var offset = block * EarlyBlocks.BlockSize;
        try
        {
            var range = new ByteRange(offset, Math.Min(offset + EarlyBlocks.BlockSize, arrival.Version.Size) - 1);
            using var response = await GetPartAsync(name, arrival.Version, range);
            using var stalled = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopped);
            await using var body = await response.Content.ReadAsStreamAsync(stalled.Token);
            while (offset <= range.Last)
            {
                stalled.CancelAfter(Stall);
                var wanted = buffer.AsMemory(0, (int)Math.Min(StepSize, range.Last - offset + 1));
                await body.ReadExactlyAsync(wanted, stalled.Token);
                await blocks.WriteAsync(wanted, offset, CancellationToken.None);
                offset += wanted.Length;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            LogBroken(logger, name, offset, e.Message);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<IntakeOutcome> TryAsync(VideoName name, Arrival arrival, HttpResponseMessage? response)
    {
        try
        {
            response ??= await GetPartAsync(name, arrival.Version, new ByteRange(arrival.Arrived, arrival.Version.Size - 1));
            using (response)
            {
                await using var body = await response.Content.ReadAsStreamAsync(lifetime.ApplicationStopped);
                var reader = PipeReader.Create(body, ReaderOptions);
                var supplied = await supply.RunAsync(arrival, reader, skip: 0, Stall, lifetime.ApplicationStopped);
                await reader.CompleteAsync();
                if (supplied.End == SupplyEnd.Wrong && arrival.Arrived < arrival.Version.Size)
                {
                    supplied = new SupplyResult(SupplyEnd.BrokenOff, new HttpIOException(HttpRequestError.ResponseEnded, "The origin ended it too early."));
                }

                return supplied.End == SupplyEnd.BrokenOff
                    ? new IntakeOutcome.Broken(StatusCodes.Status502BadGateway, supplied.Failure!.Message, arrival.Arrived)
                    : await intake.EndAsync(arrival, supplied);
            }
        }
        catch (OtherVersionException e)
        {
            intake.GiveUp(arrival, e);
            return new IntakeOutcome.Refused(StatusCodes.Status502BadGateway, e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            return new IntakeOutcome.Broken(StatusCodes.Status502BadGateway, e.GetBaseException().Message, arrival.Arrived);
        }
    }

    /// <exception cref="OtherVersionException">The origin has another version by now, or none.</exception>
    /// <exception cref="IOException">It does not give it now.</exception>
    private async Task<HttpResponseMessage> GetPartAsync(VideoName name, ContentVersion version, ByteRange range)
    {
        var response = await origin.GetAsync(name, version, range, lifetime.ApplicationStopped);
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == range.First
            && OriginClient.VersionOf(response)?.Sha256 == version.Sha256)
        {
            return response;
        }

        using (response)
        {
            var reason = $"The origin answered {(int)response.StatusCode} when it was asked for the rest.";
            throw (int)response.StatusCode < 500 ? new OtherVersionException(reason) : new IOException(reason);
        }
    }

    [LoggerMessage(EventId = 345, Level = LogLevel.Warning, Message = "The pull of {Name} broke off at byte {Offset}: {Reason}")]
    private static partial void LogBroken(ILogger logger, VideoName name, long offset, string reason);

    private sealed class OtherVersionException(string message) : IOException(message);
}

using System.IO.Pipelines;
using Cdn.Storage.Files;
using Microsoft.AspNetCore.Connections;

namespace Cdn.Replica.Intake;

/// <summary>How bringing something ended.</summary>
internal enum SupplyEnd
{
    /// <summary>All of it is here, right, and on the disk.</summary>
    Complete,

    /// <summary>Who brought it has gone.</summary>
    BrokenOff,

    /// <summary>It is not what it ought to be.</summary>
    Wrong,

    /// <summary>The disk does not take it.</summary>
    DiskFailed,
}

/// <summary>How bringing something ended.</summary>
internal readonly record struct SupplyResult(SupplyEnd End, Exception? Failure)
{
    /// <summary>HTTP status that says whose fault it was that it broke off.</summary>
    public int Status => (Failure as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
}

/// <summary>
/// Writes what somebody brings to its arrival, as it comes, verifies it and brings it to the disk. Each has a thread of its own:
/// it hashes for seconds and waits for the disk, on writes and on fsync(2) alike, and whoever does that on the thread pool keeps
/// the viewers waiting.
/// </summary>
internal sealed class Supply(TimeProvider time)
{
    public Task<SupplyResult> RunAsync(
        Arrival arrival, PipeReader body, long skip, TimeSpan stallAfter, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Run(arrival, body, skip, stallAfter, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);

    private SupplyResult Run(Arrival arrival, PipeReader body, long skip, TimeSpan stallAfter, CancellationToken cancellationToken)
    {
        try
        {
            if (Copy(body, arrival, skip, stallAfter, cancellationToken) is { } broken)
            {
                return new SupplyResult(SupplyEnd.BrokenOff, broken);
            }

            if (!arrival.Verify())
            {
                return new SupplyResult(SupplyEnd.Wrong, null);
            }

            arrival.Flush();
            return new SupplyResult(SupplyEnd.Complete, null);
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            return new SupplyResult(SupplyEnd.DiskFailed, e);
        }
    }

    /// <summary>
    /// Copies the body to its end: while one piece is written, the connection takes in the next. A body that breaks off is
    /// written as far as it came, and why is returned.
    /// </summary>
    private Exception? Copy(PipeReader body, Arrival arrival, long skip, TimeSpan stallAfter, CancellationToken cancellationToken)
    {
        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        var ended = false;
        while (!ended && arrival.Arrived <= arrival.Version.Size)
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
                or HttpRequestException or IOException or OperationCanceledException)
            {
                return e;
            }

            try
            {
                var known = Math.Min(skip, read.Buffer.Length);
                skip -= known;
                var bytes = read.Buffer.Slice(known);
                if (bytes.Length > 0)
                {
                    arrival.Append(bytes);
                }
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }

            ended = read.IsCompleted;
        }

        return null;
    }
}

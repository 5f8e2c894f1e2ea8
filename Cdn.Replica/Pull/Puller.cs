using System.Net;
using Cdn.Contracts;
using Cdn.Replica.Eviction;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Concurrency;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Pull;

/// <summary>
/// Fetches a video that is asked for but not held: from the origin once, however many ask, into the store and to all of them
/// at the same time. It goes on when they leave.
/// </summary>
internal sealed partial class Puller(
    OriginClient origin,
    Download download,
    VideoStore store,
    StoreLayout layout,
    SpaceBudget budget,
    Evictor evictor,
    NegativeCache negative,
    KeyedLock<Sha256Digest> installing,
    PullMetrics metrics,
    IOptions<ReplicaOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Puller> logger)
{
    private static readonly PullOutcome.Failed NotConfigured = new(404, "This video is not held here.");
    private static readonly PullOutcome.Failed Busy = new(503, "Enough videos are being pulled already.", 1);

    private readonly Lock _gate = new();
    private readonly Dictionary<VideoName, Task<Beginning>> _pulls = [];

    /// <summary>Joins the pull of a video, or begins one.</summary>
    public async Task<PullOutcome> GetAsync(VideoName name, CancellationToken cancellationToken)
    {
        if (options.Value.PullConcurrency == 0)
        {
            return NotConfigured;
        }

        Task<Beginning>? pull;
        var isFirst = false;
        lock (_gate)
        {
            if (store.TryGet(name, out _))
            {
                return new PullOutcome.Stored();
            }

            if (!_pulls.TryGetValue(name, out pull))
            {
                if (negative.Find(name) is { } known)
                {
                    return known;
                }

                if (_pulls.Count >= options.Value.PullConcurrency)
                {
                    return Busy;
                }

                isFirst = true;
                _pulls[name] = pull = Task.Run(() => BeginAsync(name), CancellationToken.None);
            }
        }

        // Whoever began it has entered already: a short pull may have ended before this goes on. Its place is to be left again, so it is waited for.
        var (outcome, arrival) = await (isFirst ? pull : pull.WaitAsync(cancellationToken));
        return arrival is null ? outcome!
            : isFirst || arrival.TryEnter() ? new PullOutcome.Arriving(new ArrivingVideoSource(arrival, isFirst))
            : await GetAsync(name, cancellationToken); // It has just ended.
    }

    private async Task<Beginning> BeginAsync(VideoName name)
    {
        var (running, since) = (false, store.PurgeCount);
        try
        {
            var response = await origin.GetAsync(name, null, null, lifetime.ApplicationStopped);
            try
            {
                var (outcome, arrival) = Prepare(name, response, since);
                if (arrival is not null)
                {
                    running = true;
                    arrival.TryEnter(); // For whoever asked first.
                    _ = RunAsync(name, arrival, response, since);
                }

                return new Beginning(outcome, arrival);
            }
            finally
            {
                if (!running)
                {
                    response.Dispose();
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            var failed = new PullOutcome.Failed(
                e is TimeoutException ? 504 : 502, $"The origin cannot be asked: {e.GetBaseException().Message}", options.Value.NegativeRetryAfter);
            return Remember(name, failed, ofTheOrigin: true);
        }
        catch (PurgedException e)
        {
            return new Beginning(new PullOutcome.Failed(503, e.Message, 1), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            LogNotStored(logger, name, e.Message);
            return new Beginning(new PullOutcome.NoRoom(), null);
        }
        finally
        {
            if (!running)
            {
                End(name);
            }
        }
    }

    /// <summary>What the head of the origin's answer means, and room for the rest of it.</summary>
    private Beginning Prepare(VideoName name, HttpResponseMessage response, long since)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var failed = response.StatusCode switch
            {
                HttpStatusCode.NotFound => new PullOutcome.Failed(404, $"Neither this replica nor the origin has '{name}'."),
                HttpStatusCode.ServiceUnavailable => new PullOutcome.Failed(503, $"The origin's '{name}' is changing.", 1),
                var status => new PullOutcome.Failed(502, $"The origin answered {(int)status}.", options.Value.NegativeRetryAfter),
            };
            return Remember(name, failed, ofTheOrigin: false);
        }

        if (OriginClient.VersionOf(response) is not { } version)
        {
            return Remember(name, new PullOutcome.Failed(502, "The origin does not say what it sends."), ofTheOrigin: false);
        }

        var isRefresh = store.IsSuperseded(name);
        if (store.TryGetObject(version.Sha256, out var same))
        {
            store.Hold(name, version with { IsPinned = same.IsPinned }, since);
            return new Beginning(new PullOutcome.Stored(), null);
        }

        if (!evictor.TryReserve(version.Size, out var why))
        {
            LogNotStored(logger, name, why);
            return new Beginning(new PullOutcome.NoRoom(), null);
        }

        try
        {
            Directory.CreateDirectory(layout.Incoming);
            var path = Path.Combine(layout.Incoming, $"{StoreLayout.PullPrefix}{Guid.NewGuid():N}");
            return new Beginning(null, new Arrival(version, path, isRefresh, (arrival, block) => download.FetchEarlyAsync(name, arrival, block)));
        }
        catch
        {
            budget.Release(version.Size);
            throw;
        }
    }

    /// <summary>Brings the whole video here, verifies it, and puts it into the store.</summary>
    private async Task RunAsync(VideoName name, Arrival arrival, HttpResponseMessage response, long since)
    {
        var (started, generation, isStored) = (time.GetTimestamp(), budget.Generation, false);
        try
        {
            await download.RunAsync(name, arrival, response);
            arrival.Flush();
            using (await installing.AcquireAsync(arrival.Version.Sha256, CancellationToken.None))
            {
                isStored = TryInstall(name, arrival, since);
            }

            arrival.Verified();
            var duration = time.GetElapsedTime(started);
            metrics.Pulled(arrival.Version.Size, duration);
            LogPulled(logger, name, arrival.Version.Size, duration.TotalSeconds);
        }
        catch (Exception e)
        {
            // Whatever it was, those who wait are told, and whoever asks next begins anew.
            arrival.Fail(e);
            metrics.Failed();
            LogFailed(logger, name, arrival.Arrived, e.Message);
            if (e is WrongBytesException)
            {
                await origin.DoubtAsync(name, arrival.Version.Sha256, lifetime.ApplicationStopped);
            }

            if (e is not OperationCanceledException)
            {
                negative.Remember(
                    name, new PullOutcome.Failed(502, $"The pull failed: {e.Message}", options.Value.NegativeRetryAfter), ofTheOrigin: false);
            }
        }
        finally
        {
            End(name);
            if (!isStored)
            {
                StoreFile.Delete(arrival.Path);
            }

            // If the store was taken away meanwhile, its new one has counted from nothing.
            switch (isStored, isSameStore: budget.Generation == generation)
            {
                case (true, false):
                    budget.Count(arrival.Version.Size);
                    break;
                case (false, true):
                    budget.Release(arrival.Version.Size);
                    break;
            }

            arrival.Leave();
        }
    }

    /// <summary>Puts it into the store, unless it was purged on its way: those who are reading it finish all the same.</summary>
    private bool TryInstall(VideoName name, Arrival arrival, long since)
    {
        try
        {
            return store.Install(name, arrival.Version, arrival.Path, since);
        }
        catch (PurgedException e)
        {
            LogNotStored(logger, name, e.Message);
            return false;
        }
    }

    private Beginning Remember(VideoName name, PullOutcome.Failed failed, bool ofTheOrigin)
    {
        negative.Remember(name, failed, ofTheOrigin);
        return new Beginning(failed, null);
    }

    private void End(VideoName name)
    {
        lock (_gate)
        {
            _pulls.Remove(name);
        }
    }

    [LoggerMessage(EventId = 340, Level = LogLevel.Debug, Message = "Pulled {Name}: {Size} bytes in {Seconds:0.000} s")]
    private static partial void LogPulled(ILogger logger, VideoName name, long size, double seconds);

    [LoggerMessage(EventId = 341, Level = LogLevel.Warning, Message = "The pull of {Name} ended after {Arrived} bytes: {Reason}")]
    private static partial void LogFailed(ILogger logger, VideoName name, long arrived, string reason);

    [LoggerMessage(EventId = 342, Level = LogLevel.Warning, Message = "{Name} is passed through and not stored: {Reason}")]
    private static partial void LogNotStored(ILogger logger, VideoName name, string? reason);

    private sealed record Beginning(PullOutcome? Outcome, Arrival? Arrival);
}

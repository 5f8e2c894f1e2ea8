using System.Net;
using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Limiting;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Pull;

/// <summary>
/// Fetches a video that is asked for but not held: from the origin once, however many ask, into the store and to all of them
/// at the same time. It goes on when they leave. What is being pushed already is not fetched: they read along.
/// </summary>
internal sealed partial class Puller(
    OriginClient origin,
    Download download,
    VideoStore store,
    VideoIntake intake,
    StoreLayout layout,
    RoomAccountant room,
    EarlyTurns early,
    NegativeCache negative,
    ClientBudgets budgets,
    LimitMetrics limits,
    PullMetrics metrics,
    IOptions<ReplicaOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Puller> logger)
{
    private static readonly PullOutcome.Failed NotConfigured = new(404, "This video is not held here.");
    private static readonly PullOutcome.Failed Busy = new(503, "Enough videos are being pulled already.", 1);

    private readonly Lock _gate = new();
    private readonly Dictionary<VideoName, Task<PullOutcome>> _beginning = [];
    private int _running;

    /// <summary>Joins what is arriving, or begins a pull if the client that asks may: anybody can ask for anything.</summary>
    public async Task<PullOutcome> GetAsync(VideoName name, ClientNetwork client, CancellationToken cancellationToken)
    {
        if (intake.TryJoin(name, out var arrival))
        {
            return Join(name, arrival, isFirst: false);
        }

        if (options.Value.PullConcurrency == 0)
        {
            return store.TryGet(name, out _) ? new PullOutcome.Stored() : NotConfigured;
        }

        if (store.Opening is not null)
        {
            return new PullOutcome.NoRoom();
        }

        Task<PullOutcome>? beginning;
        var isFirst = false;
        lock (_gate)
        {
            if (store.TryGet(name, out _))
            {
                return new PullOutcome.Stored();
            }

            if (!_beginning.TryGetValue(name, out beginning))
            {
                if (negative.Find(name) is { } known)
                {
                    return known;
                }

                if (_running >= options.Value.PullConcurrency)
                {
                    return Busy;
                }

                if (!budgets.TryTake(client, out var wait))
                {
                    limits.Refused("pulls");
                    return new PullOutcome.Failed(
                        429,
                        "This address asks for too many videos that are not held here.",
                        (int)Math.Ceiling(wait.TotalSeconds));
                }

                _running++;
                isFirst = true;
                _beginning[name] = beginning = Task.Run(() => BeginAsync(name), CancellationToken.None);
            }
        }

        // Whoever began it has entered already, and his place is to be left again: so it is waited for.
        var outcome = await (isFirst ? beginning : beginning.WaitAsync(cancellationToken));
        if (isFirst && outcome is PullOutcome.NoRoom)
        {
            budgets.GiveBack(client); // It is asked again for each range, and fills nothing.
        }

        return isFirst || outcome is not PullOutcome.Arriving ? outcome : await GetAsync(name, client, cancellationToken);
    }

    private PullOutcome.Arriving Join(VideoName name, Arrival arrival, bool isFirst)
    {
        if (options.Value.PullConcurrency > 0)
        {
            lock (_gate)
            {
                arrival.Early ??= new EarlyBlocks(
                    layout.TemporaryOf(StoreLayout.EarlyPrefix), room, early, (to, block, blocks) => download.FetchEarlyAsync(name, to, block, blocks));
            }
        }

        return new PullOutcome.Arriving(new ArrivingVideoSource(arrival, isFirst, GoOn));
    }

    /// <summary>Who brought it has gone, and somebody reads it: the origin has the rest.</summary>
    private string? GoOn(Arrival arrival)
    {
        if (options.Value.PullConcurrency == 0)
        {
            return "this replica pulls nothing";
        }

        if (arrival.TryTakeOver())
        {
            lock (_gate)
            {
                _running++;
            }

            _ = RunAsync(arrival.Name, arrival, null, turn: null);
        }

        return null;
    }

    private async Task<PullOutcome> BeginAsync(VideoName name)
    {
        var (running, since) = (false, store.PurgeCount);
        try
        {
            var response = await origin.GetAsync(name, null, null, lifetime.ApplicationStopped);
            try
            {
                var (outcome, arrival, turn) = await PrepareAsync(name, response, since);
                if (arrival is null)
                {
                    return outcome!;
                }

                running = true;
                arrival.TryEnter(); // For whoever asked first.
                var joined = Join(name, arrival, isFirst: true);
                var isHere = arrival.Arrived == 0;
                _ = RunAsync(name, arrival, isHere ? response : null, turn);
                response = isHere ? null : response;
                return joined;
            }
            finally
            {
                response?.Dispose();
            }
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            var failed = new PullOutcome.Failed(
                e is TimeoutException ? 504 : 502, $"The origin cannot be asked: {e.GetBaseException().Message}", options.Value.NegativeRetryAfter);
            return Remember(name, failed, ofTheOrigin: true);
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            LogNotStored(logger, name, e.Message);
            return new PullOutcome.NoRoom();
        }
        finally
        {
            lock (_gate)
            {
                _beginning.Remove(name);
                _running -= running ? 0 : 1;
            }
        }
    }

    /// <summary>What the head of the origin's answer means, and room for the rest of it.</summary>
    private async Task<(PullOutcome? Outcome, Arrival? Arrival, IDisposable? Turn)> PrepareAsync(
        VideoName name, HttpResponseMessage response, long since)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var failed = response.StatusCode switch
            {
                HttpStatusCode.NotFound => new PullOutcome.Failed(404, $"Neither this replica nor the origin has '{name}'."),
                HttpStatusCode.ServiceUnavailable => new PullOutcome.Failed(503, $"The origin's '{name}' is changing.", 1),
                var status => new PullOutcome.Failed(502, $"The origin answered {(int)status}.", options.Value.NegativeRetryAfter),
            };
            return (Remember(name, failed, ofTheOrigin: false), null, null);
        }

        if (OriginClient.VersionOf(response) is not { } version)
        {
            return (Remember(name, new PullOutcome.Failed(502, "The origin does not say what it sends."), ofTheOrigin: false), null, null);
        }

        if (intake.TryJoin(name, version.Sha256, out var same))
        {
            return (Join(name, same, isFirst: false), null, null); // The same content is arriving under another name.
        }

        var turn = await intake.TurnAsync(version.Sha256, lifetime.ApplicationStopped);
        if (turn is null || store.TryGetObject(version.Sha256, out _))
        {
            turn?.Dispose();
            return (await RecordAsync(name, version, since), null, null);
        }

        try
        {
            var begun = await intake.BeginAsync(new IntakeRequest(name, version, IsPinned: false, since));
            if (begun.Arrival is not null)
            {
                return (null, begun.Arrival, turn);
            }

            turn.Dispose();
            LogNotStored(logger, name, begun.Refusal!.Reason);
            return (new PullOutcome.NoRoom(), null, null);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    private async Task<PullOutcome> RecordAsync(VideoName name, ContentVersion version, long since)
    {
        var result = await store.CommitAsync(new Verified(name, version, IsPinned: false, since));
        return result switch
        {
            { Failure: null, Value.Status: CommitStatus.Held } => new PullOutcome.Stored(),
            { Failure: { } failure } => NotStored(failure.Reason),
            _ => new PullOutcome.Failed(503, $"'{name}' was purged, or went, while it was on its way.", 1),
        };

        PullOutcome.NoRoom NotStored(string reason)
        {
            LogNotStored(logger, name, reason);
            return new PullOutcome.NoRoom();
        }
    }

    /// <summary>Brings the whole video here and into the store, and reports what came of it.</summary>
    private async Task RunAsync(VideoName name, Arrival arrival, HttpResponseMessage? response, IDisposable? turn)
    {
        var started = time.GetTimestamp();
        try
        {
            switch (await download.RunAsync(name, arrival, response))
            {
                case IntakeOutcome.Held:
                    var duration = time.GetElapsedTime(started);
                    metrics.Pulled(arrival.Version.Size, duration);
                    LogPulled(logger, name, arrival.Version.Size, duration.TotalSeconds);
                    break;
                case IntakeOutcome.Refused { Status: StatusCodes.Status409Conflict or StatusCodes.Status507InsufficientStorage } refused:
                    LogNotStored(logger, name, refused.Reason); // Those who read it have all of it, unless the disk filled up on the way.
                    break;
                case IntakeOutcome.Refused refused:
                    Fail(name, arrival, refused.Reason);
                    if (refused.Status == StatusCodes.Status422UnprocessableEntity)
                    {
                        await origin.DoubtAsync(name, arrival.Version.Sha256, lifetime.ApplicationStopped);
                    }

                    break;
                case IntakeOutcome.Broken broken:
                    Fail(name, arrival, broken.Reason);
                    break;
            }
        }
        finally
        {
            turn?.Dispose();
            lock (_gate)
            {
                _running--;
            }
        }
    }

    private void Fail(VideoName name, Arrival arrival, string reason)
    {
        metrics.Failed();
        LogFailed(logger, name, arrival.Arrived, reason);
        negative.Remember(name, new PullOutcome.Failed(502, $"The pull failed: {reason}", options.Value.NegativeRetryAfter), ofTheOrigin: false);
    }

    private PullOutcome.Failed Remember(VideoName name, PullOutcome.Failed failed, bool ofTheOrigin)
    {
        negative.Remember(name, failed, ofTheOrigin);
        return failed;
    }

    [LoggerMessage(EventId = 340, Level = LogLevel.Debug, Message = "Pulled {Name}: {Size} bytes in {Seconds:0.000} s")]
    private static partial void LogPulled(ILogger logger, VideoName name, long size, double seconds);

    [LoggerMessage(EventId = 341, Level = LogLevel.Warning, Message = "The pull of {Name} ended after {Arrived} bytes: {Reason}")]
    private static partial void LogFailed(ILogger logger, VideoName name, long arrived, string reason);

    [LoggerMessage(EventId = 342, Level = LogLevel.Warning, Message = "{Name} is passed through and not stored: {Reason}")]
    private static partial void LogNotStored(ILogger logger, VideoName name, string? reason);
}

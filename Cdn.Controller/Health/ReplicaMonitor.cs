using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Inventories;
using Cdn.ServiceDefaults.Concurrency;

namespace Cdn.Controller.Health;

/// <summary>
/// Whether one replica may be sent clients. A heartbeat of a few hundred bytes, several times a second, says that it lives and
/// where its inventory is. A refused connection takes it out at once, silence when the <see cref="FailureDetector"/> says so; it
/// comes back when its inventory is known, which it is without reading anything if that is the one from before.
/// </summary>
internal sealed partial class ReplicaMonitor(
    int replica,
    string name,
    HeartbeatClient client,
    InventoryReader inventory,
    FailureDetector detector,
    ClusterState cluster,
    TimeSpan every,
    TimeProvider time,
    ILogger<ReplicaMonitor> logger)
{
    private readonly Signal _now = new();
    private readonly Readmission _readmission = new(time);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it is known for the first time whether the replica can serve.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Asks now instead of at the next turn.</summary>
    public void AskSoon() => _now.Set();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        inventory.Known += AskSoon;
        while (!cancellationToken.IsCancellationRequested)
        {
            await AskAsync(cancellationToken);

            // One that was silent is asked again at once: with that it is out within two seconds.
            await _now.WaitAsync(every * (0.6 + (0.3 * Random.Shared.NextDouble())), time, cancellationToken);
        }
    }

    /// <summary>
    /// Step R6: nginx says that the replica failed a request for a video that it was proven to hold. It gets no clients until it
    /// has answered a heartbeat, unless there is nobody else.
    /// </summary>
    public void ReportFailure(VideoName video)
    {
        cluster.SetReplica(replica, before =>
        {
            if (before.State != ReplicaState.Up)
            {
                return before;
            }

            LogReported(logger, name, video);
            CountOutage(before);
            return before with { State = ReplicaState.Suspect, Failure = "nginx reported a failed request" };
        });
        AskSoon();
    }

    /// <summary>Asks once, and tells the cluster what came of it.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        var askedAt = time.Now();
        try
        {
            Take(await client.AskAsync(name, cancellationToken), askedAt);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            BeSilent(detector.Silent(replica, askedAt, time.Now()));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a replica may answer, it is no reason for the controller to end.
            detector.Refused(replica, time.Now());
            GoDown(e.GetBaseException().Message);
        }
    }

    private void Take(Heartbeat heartbeat, TimeSpan askedAt)
    {
        detector.Heard(replica, time.Now());
        var cannot = heartbeat.Opening is { } opening ? opening
            : inventory.Hear(heartbeat, askedAt) ? null
            : "its inventory is being read";
        cluster.SetReplica(replica, before =>
        {
            var heldBack = _readmission.Answered(askedAt);
            if (cannot is null && before.State == ReplicaState.Down)
            {
                LogUp(logger, name, heartbeat.Videos);
            }

            if (cannot is null && heldBack is not null && heldBack != before.Failure)
            {
                LogHeldBack(logger, name, heldBack);
            }

            return before with
            {
                State = cannot is not null ? ReplicaState.Down : heldBack is null ? ReplicaState.Up : ReplicaState.Suspect,
                IsDraining = heartbeat.Draining,
                Load = heartbeat.Load,
                Capacity = heartbeat.Capacity,
                AskedAt = askedAt,
                Failure = cannot ?? heldBack,
            };
        });
        if (cannot is null || heartbeat.Opening is not null)
        {
            _settled.TrySetResult();
        }
    }

    private void BeSilent(Verdict verdict)
    {
        const string Reason = "it does not answer in time";
        switch (verdict)
        {
            case Verdict.Down:
                GoDown(Reason);
                break;
            case Verdict.Suspect:
                cluster.SetReplica(replica, before =>
                    before.State == ReplicaState.Down ? before : before with { State = ReplicaState.Suspect, Failure = Reason });
                AskSoon();
                break;
            default:
                LogDoubt(logger, name);
                AskSoon();
                break;
        }
    }

    private void GoDown(string reason)
    {
        cluster.SetReplica(replica, before =>
        {
            if (before.State != ReplicaState.Down)
            {
                LogDown(logger, name, reason);
                CountOutage(before);
            }

            return before with { State = ReplicaState.Down, Failure = reason };
        });
        _settled.TrySetResult();
    }

    /// <summary>
    /// One that has said that it would go is no trouble. Called where the replica's view changes, so by one thread at a time.
    /// </summary>
    private void CountOutage(ReplicaView before)
    {
        if (!before.IsDraining)
        {
            _readmission.Failed();
        }
    }

    [LoggerMessage(EventId = 510, Level = LogLevel.Information, Message = "{Replica} is up with {Count} videos")]
    private static partial void LogUp(ILogger logger, string replica, int count);

    [LoggerMessage(EventId = 511, Level = LogLevel.Warning, Message = "{Replica} is down: {Reason}")]
    private static partial void LogDown(ILogger logger, string replica, string reason);

    [LoggerMessage(EventId = 512, Level = LogLevel.Warning, Message = "nginx reports that {Replica} failed a request for {Video}")]
    private static partial void LogReported(ILogger logger, string replica, VideoName video);

    [LoggerMessage(EventId = 513, Level = LogLevel.Warning, Message = "{Replica} gets no clients yet: {Reason}")]
    private static partial void LogHeldBack(ILogger logger, string replica, string reason);

    [LoggerMessage(EventId = 514, Level = LogLevel.Information, Message = "{Replica} did not answer while this controller stood still, and is asked again")]
    private static partial void LogDoubt(ILogger logger, string replica);
}

using System.Collections.Immutable;
using System.Net;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Demand;
using Cdn.Controller.Health;

namespace Cdn.Controller.Fill;

/// <summary>
/// Brings one replica to what the catalog has, and keeps it there: plans (F4), asks for pushes and purges (F5), and believes
/// nothing until the replica's inventory, asked for afterwards, proves it. One loop owns all state here, so no lock is needed; what
/// the fillers of other replicas have to know is on the <see cref="PushBoard"/>.
/// </summary>
internal sealed partial class ReplicaFiller(
    string name,
    ClusterState cluster,
    ReplicaProbes probes,
    FillClient client,
    PushBoard board,
    SemaphoreSlim slots,
    ControllerOptions options,
    TimeProvider time,
    ILogger<ReplicaFiller> logger) : IDisposable
{
    /// <summary>Longest time between two looks at what is due again: 250 ms, below the shortest backoff.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Videos that are looked at for one that can be begun: 1,024. Those that wait for another replica do not get far apart.</summary>
    private const int LookAhead = 1024;

    /// <summary>
    /// Time that a video is left where it does not belong: a quarter of a period of demand (15 s if nothing else is set), and 3 s. Controllers read six
    /// times in one, slower if a replica is silent, and not at the same moment; what one of them wants more copies of already is not to be
    /// removed by another.
    /// </summary>
    private const double SurplusPatience = 0.25;

    private static readonly TimeSpan SurplusPatienceAtLeast = DemandReader.Patience + TimeSpan.FromSeconds(1);

    private readonly Signal _wake = new();
    private readonly RetrySchedule _retries = new(TimeSpan.FromSeconds(options.FillRetryMaxSeconds), time);
    private readonly Dictionary<VideoName, Task<bool>> _running = [];
    private readonly Dictionary<VideoName, (string Source, CancellationTokenSource GiveUp)> _sources = [];
    private readonly Dictionary<VideoName, long> _unproven = [];
    private readonly Dictionary<VideoName, long> _surplusSince = [];
    private (CatalogView? Catalog, ReplicaView? Replica, long Number, long Epoch) _plannedFor;
    private FillPlan _plan = FillPlan.Nothing;
    private int _firstToPush;
    private bool _wasComplete;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        cluster.Changed += _wake.Set;
        board.Changed += _wake.Set;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var snapshot = cluster.Current;
                var replica = snapshot.Replicas.First(candidate => candidate.Name == name);
                Collect();
                GiveUpWhatIsLost(snapshot);
                if (replica.State == ReplicaState.Up && snapshot is { Catalog.IsRemembered: false, IsPlanned: true })
                {
                    Plan(snapshot, replica);
                    StartWhatIsDue(snapshot, cancellationToken);
                }
                else
                {
                    Forget();
                }

                await _wake.WaitAsync(LookEvery, cancellationToken);
            }
        }
        finally
        {
            cluster.Changed -= _wake.Set;
            board.Changed -= _wake.Set;
            await ((Task)Task.WhenAll(_running.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _wake.Dispose();

    /// <summary>Takes the results of what has ended.</summary>
    private void Collect()
    {
        foreach (var (video, task) in _running.Where(entry => entry.Value.IsCompleted).ToList())
        {
            _running.Remove(video);
            if (_sources.Remove(video, out var push))
            {
                push.GiveUp.Dispose();
            }

            if (task is { IsCompletedSuccessfully: true, Result: true })
            {
                _retries.Succeeded(video);
                _unproven[video] = time.GetTimestamp();
            }
            else
            {
                _retries.Failed(video);
            }

            if (_running.Count == 0)
            {
                probes.ProbeSoon(name); // The proof of the last ones; for all others the next turn is soon enough.
            }
        }
    }

    /// <summary>A push from or to a replica that is down may never end: one that is frozen keeps its connections.</summary>
    private void GiveUpWhatIsLost(ClusterSnapshot snapshot)
    {
        foreach (var (source, giveUp) in _sources.Values)
        {
            if (snapshot.Replicas.Any(replica => (replica.Name == source || replica.Name == name) && replica.State == ReplicaState.Down))
            {
                giveUp.Cancel();
            }
        }
    }

    private void Plan(ClusterSnapshot snapshot, ReplicaView replica)
    {
        var catalog = snapshot.Catalog!;
        foreach (var (video, _) in _unproven.Where(entry => entry.Value < replica.AskedAt).ToList())
        {
            _unproven.Remove(video);
            board.Settle(name, video);
        }

        var basis = (catalog, replica.Essence, board.PlanNumber, snapshot.IsPartial ? snapshot.Epoch : 0); // What others hold matters only then.
        if (_plannedFor == basis)
        {
            return;
        }

        if (_plannedFor.Number != basis.PlanNumber)
        {
            _retries.Clear();
        }

        var (isNewCatalog, before) = (_plannedFor.Catalog != catalog, _plan);
        if (isNewCatalog)
        {
            _retries.Keep(catalog.Videos.ContainsKey);
            board.ForgetFailures(name, catalog.Videos.ContainsKey);
        }

        _plannedFor = basis;
        (_plan, _firstToPush) = (FillPlan.For(snapshot, replica), 0);
        if (_plan == FillPlan.Nothing && before != FillPlan.Nothing)
        {
            var planned = snapshot.Planned(snapshot.IndexOf(name)).Videos;
            (_wasComplete ? (Action<ILogger, string, int>)LogCompleteAgain : LogComplete)(logger, name, planned);
            _wasComplete = true;
        }
        else if (_plan != FillPlan.Nothing && (isNewCatalog || before == FillPlan.Nothing))
        {
            LogPlanned(logger, name, _plan.Push.Length, _plan.Remove.Length + _plan.Surplus.Length);
        }

        foreach (var video in _surplusSince.Keys.Except(_plan.Surplus).ToList())
        {
            _surplusSince.Remove(video);
        }

        foreach (var video in _plan.Surplus)
        {
            _surplusSince.TryAdd(video, time.GetTimestamp());
        }
    }

    private void StartWhatIsDue(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var patience = SurplusPatienceAtLeast + TimeSpan.FromSeconds(SurplusPatience * snapshot.Demand.PeriodSeconds);
        var surplus = _plan.Surplus.Where(video => time.GetElapsedTime(_surplusSince[video]) >= patience);
        foreach (var video in _plan.Remove.Concat(surplus))
        {
            if (_running.Count >= options.FillPerReplica)
            {
                return;
            }

            if (IsDue(video))
            {
                Run(video, RemoveAsync(video, cancellationToken));
            }
        }

        while (_firstToPush < _plan.Push.Length && _unproven.ContainsKey(_plan.Push[_firstToPush].Name))
        {
            _firstToPush++;
        }

        var end = Math.Min(_plan.Push.Length, _firstToPush + LookAhead);
        for (var i = _firstToPush; i < end && _running.Count < options.FillPerReplica; i++)
        {
            var video = _plan.Push[i];
            if (IsDue(video.Name) && PushRoute.SourceOf(video, name, snapshot, board) is { } source)
            {
                var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                _sources[video.Name] = (source, giveUp);
                Run(video.Name, PushAsync(source, video, giveUp.Token, cancellationToken));
            }
        }
    }

    private void Run(VideoName video, Task<bool> work)
    {
        _running[video] = work;
        _ = work.ContinueWith(_ => _wake.Set(), TaskScheduler.Default);
    }

    /// <summary>Whether a piece of work neither runs, nor waits for its proof, nor for its next try.</summary>
    private bool IsDue(VideoName video) => !_running.ContainsKey(video) && !_unproven.ContainsKey(video) && _retries.IsDue(video);

    private async Task<bool> RemoveAsync(VideoName video, CancellationToken cancellationToken) =>
        await TryAsync(video, () => client.DropAsync(name, video, cancellationToken), cancellationToken) is null;

    private async Task<bool> PushAsync(string source, CatalogVideo video, CancellationToken giveUp, CancellationToken cancellationToken)
    {
        var failure = await TryAsync(
            video.Name,
            () =>
            {
                board.Begin(name, video.Name, source); // Not before it has a slot: nobody may wait for one that waits itself.
                return client.PushAsync(source, name, video, giveUp);
            },
            cancellationToken);
        if (failure is null)
        {
            board.Succeeded(name, video);
            return true;
        }

        // One that is still being sent it, and does not have enough of it yet, is not to blame either.
        board.Failed(name, video.Name, source, isUpstream: failure switch
        {
            HttpRequestException { StatusCode: HttpStatusCode.FailedDependency } => true,
            HttpRequestException { StatusCode: HttpStatusCode.Conflict } => board.SenderTo(source, video.Name) is not null,
            _ => false,
        });
        return false;
    }

    /// <summary>The replica is away, and may be another one when it is back.</summary>
    private void Forget()
    {
        _retries.Clear();
        foreach (var video in _unproven.Keys)
        {
            board.Settle(name, video);
        }

        _unproven.Clear();
        _surplusSince.Clear();
        _plannedFor = default;
        _wasComplete = false;
        board.ForgetFailures(name, _ => false);
    }

    /// <summary>Does something in a slot. Returns what was wrong: it is said, and tried again later. The proof is in the inventory, not in the answer.</summary>
    private async Task<Exception?> TryAsync(VideoName video, Func<Task> work, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            await work();
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Say(video, e);
            return e;
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>
    /// What is replaced all the time, as a live playlist is, is often gone before it is pushed: that is no failure.
    /// </summary>
    private void Say(VideoName video, Exception failure)
    {
        if (failure is HttpRequestException { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.Conflict })
        {
            LogOvertaken(logger, name, video, failure.Message);
            return;
        }

        LogFailed(logger, name, video, failure is OperationCanceledException ? "given up, as one of the two is down or silent" : failure.Message);
    }

    [LoggerMessage(EventId = 520, Level = LogLevel.Debug, Message = "{Replica} lacks {Missing} videos and has {Surplus} too many")]
    private static partial void LogPlanned(ILogger logger, string replica, int missing, int surplus);

    [LoggerMessage(EventId = 522, Level = LogLevel.Information, Message = "{Replica} is proven to hold all {Count} videos")]
    private static partial void LogComplete(ILogger logger, string replica, int count);

    [LoggerMessage(EventId = 523, Level = LogLevel.Debug, Message = "{Replica} is proven to hold all {Count} videos again")]
    private static partial void LogCompleteAgain(ILogger logger, string replica, int count);

    [LoggerMessage(EventId = 524, Level = LogLevel.Debug, Message = "{Replica} was not brought up to date on {Video}, which has just changed: {Reason}")]
    private static partial void LogOvertaken(ILogger logger, string replica, VideoName video, string reason);

    [LoggerMessage(EventId = 521, Level = LogLevel.Warning, Message = "{Replica} was not brought up to date on {Video}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string replica, VideoName video, string reason);
}

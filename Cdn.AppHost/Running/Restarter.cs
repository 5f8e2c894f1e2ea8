using System.Collections.Concurrent;
using Cdn.AppHost.Dashboard;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdn.AppHost.Running;

/// <summary>Follows the states of all resources that are to be started again, and does so.</summary>
internal sealed partial class Restarter(
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    ResourceLoggerService logs,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Restarter> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Follower> _followers = new();
    private readonly ConcurrentDictionary<string, bool> _haveRun = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host stops its services one after the other; what ends from now on ends because of that.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var seen in notifications.WatchAsync(stopping.Token))
            {
                if (seen.Resource.HasAnnotationOfType<RestartAnnotation>())
                {
                    See(seen, stopping.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>Leaves down what is waiting to be started again.</summary>
    /// <returns>Whether it was waiting.</returns>
    public async Task<bool> LeaveDownAsync(IResource resource, string resourceId)
    {
        if (!_followers.TryGetValue(resourceId, out var follower) || !follower.TakeTurn())
        {
            return false;
        }

        var exited = new ResourceStateSnapshot(KnownResourceStates.Exited, null);
        await notifications.PublishUpdateAsync(resource, resourceId, snapshot => snapshot with { State = exited });
        return true;
    }

    /// <summary>Whether a resource has run before.</summary>
    public bool HasRun(IResource resource) => _haveRun.ContainsKey(resource.Name);

    private void See(ResourceEvent seen, CancellationToken stopping)
    {
        var follower = _followers.GetOrAdd(seen.ResourceId, _ => new Follower());
        var state = new ObservedState(
            seen.Snapshot.State?.Text ?? "", seen.Snapshot.StartTimeStamp, seen.Snapshot.HealthStatus == HealthStatus.Healthy);
        if (state.Text == KnownResourceStates.Running)
        {
            _haveRun.TryAdd(seen.Resource.Name, true);
        }

        if (follower.See(state, time.GetUtcNow()) is { } wait)
        {
            _ = StartAgainAsync(seen, follower, wait, stopping);
        }
    }

    private async Task StartAgainAsync(ResourceEvent ended, Follower follower, TimeSpan wait, CancellationToken stopping)
    {
        var name = ended.Resource.Name;
        try
        {
            LogEnded(logs.GetLogger(ended.ResourceId), name, ended.Snapshot.ExitCode, wait.TotalSeconds, follower.Count);
            LogEnded(logger, name, ended.Snapshot.ExitCode, wait.TotalSeconds, follower.Count);
            await notifications.PublishUpdateAsync(
                ended.Resource, ended.ResourceId, snapshot => ShowRestarting(snapshot, ended.Snapshot.State?.Text));
            await Task.Delay(wait, time, stopping);
            if (!follower.TakeTurn())
            {
                return; // Somebody wants it down, or has started it.
            }

            var result = await commands.ExecuteCommandAsync(ended.ResourceId, KnownResourceCommands.StartCommand, stopping);
            if (!result.Success)
            {
                LogNotStarted(logger, name, result.Message);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>Unless it is in another state by now.</summary>
    private static CustomResourceSnapshot ShowRestarting(CustomResourceSnapshot snapshot, string? ended) => snapshot.State?.Text == ended
        ? snapshot with { State = new ResourceStateSnapshot("Restarting", KnownResourceStateStyles.Warn) }
        : snapshot;

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning,
        Message = "{Resource} ended by itself (exit code {ExitCode}); it is started again in {Seconds:0.0} s (start {Count} in a row)")]
    private static partial void LogEnded(ILogger logger, string resource, int? exitCode, double seconds, int count);

    [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "{Resource} could not be started again: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string resource, string? reason);

    /// <summary>What a notification says of a resource.</summary>
    internal readonly record struct ObservedState(string Text, DateTime? Started, bool IsHealthy);

    /// <summary>One resource: whether its last run ended because somebody asked for it, and when it is started again.</summary>
    internal sealed class Follower
    {
        private readonly Lock _lock = new();
        private readonly RestartSchedule _schedule = new();
        private DateTime? _stopping;
        private DateTime? _ended;
        private bool _isWaiting;

        public int Count => _schedule.Count;

        /// <summary>Takes a state in.</summary>
        /// <returns>How long to wait before it is started again; null if it is not to be.</returns>
        public TimeSpan? See(ObservedState state, DateTimeOffset now)
        {
            lock (_lock)
            {
                // A run is told by when it began: after a start the orchestrator repeats the end of the one before.
                if (state.Text == KnownResourceStates.Stopping)
                {
                    _stopping = state.Started; // Only who was asked to is ever stopping.
                }

                if (state.Text != KnownResourceStates.Finished && state.Text != KnownResourceStates.Exited)
                {
                    var isRunning = ReplicaStates.IsUp(state.Text);
                    _isWaiting &= !isRunning; // Somebody was faster than we are.
                    _schedule.See(isRunning && (state.IsHealthy || state.Text == ReplicaStates.Draining), now);
                    return null;
                }

                if (state.Started is null || state.Started == _ended)
                {
                    return null;
                }

                _ended = state.Started;
                _isWaiting = _stopping != state.Started;
                return _isWaiting ? _schedule.End(now) : null;
            }
        }

        /// <summary>Ends the wait; false if somebody else has.</summary>
        public bool TakeTurn()
        {
            lock (_lock)
            {
                (var wasWaiting, _isWaiting) = (_isWaiting, false);
                return wasWaiting;
            }
        }
    }
}

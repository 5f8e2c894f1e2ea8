using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>
/// The life of one resource: prepared once, then waiting for others, then a process that is started, watched, and started again
/// when it crashes, until it is stopped, has finished, or is given up.
/// </summary>
internal sealed class ResourceRunner(IResource resource, RunnerServices services, Task gate, CancellationToken killNow) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _prepared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger = services.Loggers.GetLogger(resource);
    private CancellationTokenSource _stop = new();
    private Task _life = Task.CompletedTask;
    private Task? _ready;
    private int _lives;
    private bool _closed;

    public IResource Resource { get; } = resource;

    /// <summary>The handlers of its BeforeResourceStarted event are through and there is something to run; or why not.</summary>
    public Task Prepared => _prepared.Task;

    /// <summary>It has become ready, has finished, was stopped, or has failed, in which case this fails.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Called when its first start has failed, before those that wait for it learn of it. A start by command may fail.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Starts it, unless it runs or has been closed.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_life.IsCompleted && !_closed)
            {
                _stop.Dispose();
                _stop = new CancellationTokenSource();
                var stop = _stop.Token;
                _lives++;
                _life = Task.Run(() => LiveAsync(stop), CancellationToken.None);
            }
        }
    }

    /// <summary>Stops it for good.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        return StopAsync(CancellationToken.None);
    }

    /// <summary>Stops it and waits for its end. The wait can be cancelled, the stop cannot.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _stop.Cancel();
            return _life.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task LiveAsync(CancellationToken stop)
    {
        try
        {
            await PrepareAsync(stop).ConfigureAwait(false);
            await gate.WaitAsync(stop).ConfigureAwait(false);
            if (Resource.Waits().Any())
            {
                await PublishAsync(s => s with { State = KnownResourceStates.Waiting }).ConfigureAwait(false);
                await services.Notifications.WaitForDependenciesAsync(Resource, stop).ConfigureAwait(false);
            }

            await SuperviseAsync(stop).ConfigureAwait(false);
            _settled.TrySetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await PublishAsync(s => s with { State = KnownResourceStates.Exited }).ConfigureAwait(false);
            _prepared.TrySetCanceled(stop);
            _settled.TrySetResult();
        }
        catch (Exception e)
        {
            Fail(e);
            ResourceRunnerLog.Failed(_logger, e is DistributedApplicationException ? e.Message : e.ToString());
            await PublishAsync(s => s with { State = KnownResourceStates.FailedToStart }).ConfigureAwait(false);
            _prepared.TrySetException(e);
            _settled.TrySetException(e);
        }
    }

    private async Task PrepareAsync(CancellationToken stop)
    {
        if (!_prepared.Task.IsCompletedSuccessfully)
        {
            await services.Eventing.PublishAsync(new BeforeResourceStartedEvent(Resource, services.Services), stop).ConfigureAwait(false);
            services.Specs.Check(Resource);
            _prepared.TrySetResult();
        }
    }

    private async Task SuperviseAsync(CancellationToken stop)
    {
        var policy = new RestartPolicy(services.Options.Value, HasChecks);
        ResourceRunnerLog.Starting(_logger);
        while (true)
        {
            var run = await RunOnceAsync(policy, stop).ConfigureAwait(false);
            if (run is not { } ended)
            {
                return;
            }

            if (policy.After(ended) is not { } delay)
            {
                throw new DistributedApplicationException(
                    $"{Resource.Name} did not start: it ended {policy.Failures} times in a row, with exit code {ended.ExitCode}" +
                    (ended.LastWords is null ? "." : $"; its last words: {ended.LastWords}"));
            }

            ResourceRunnerLog.Restarting(_logger, ended.ExitCode, delay.TotalSeconds, RestartPolicy.Ordinal(policy.Restarts));
            await PublishAsync(s => (s with { State = KnownResourceStates.Starting })
                .With(KnownProperties.Restarts, policy.Restarts)).ConfigureAwait(false);
            await Task.Delay(delay, services.Time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>One process, from start to end; null when nothing is to follow.</summary>
    private async Task<EndedRun?> RunOnceAsync(RestartPolicy policy, CancellationToken stop)
    {
        await PublishAsync(s => s with { State = KnownResourceStates.Starting, HealthReports = HealthMonitor.Unknown(Resource) })
            .ConfigureAwait(false);
        var spec = await services.Specs.CreateAsync(Resource, _logger, stop).ConfigureAwait(false);
        await PublishAsync(s => s with { EnvironmentVariables = spec.ShownEnvironment }).ConfigureAwait(false);
        var tail = new OutputTail();
        var started = services.Time.GetTimestamp();
        var process = services.Launcher.Start(spec, (line, isError) =>
        {
            tail.Add(line, isError);
            services.Loggers.AddProcessLine(Resource.Name, line, isError);
        });
        using var monitoring = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var monitor = MonitorAsync(process, started, policy, monitoring.Token);
        var stopped = false;
        try
        {
            await process.Exited.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            stopped = true;
            await PublishAsync(s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
            await EndAsync(process).ConfigureAwait(false);
        }

        await monitoring.CancelAsync().ConfigureAwait(false);
        await monitor.ConfigureAwait(false);
        await process.CleanUpAsync().ConfigureAwait(false);
        var ran = services.Time.GetElapsedTime(started);
        var exitCode = process.Exited.IsCompletedSuccessfully ? await process.Exited.ConfigureAwait(false) : -1;
        var over = stopped || IsOver(exitCode, ran);
        await EndedAsync(exitCode, over, stopped).ConfigureAwait(false);
        return over ? null : new EndedRun(exitCode, ran, tail.LastWords());
    }

    private async Task MonitorAsync(IRunningProcess process, long started, RestartPolicy policy, CancellationToken cancellationToken)
    {
        await PublishAsync(s => (s with
        {
            State = KnownResourceStates.Running,
            ExitCode = null,
            StartTimeStamp = services.Time.GetUtcNow().UtcDateTime,
            StopTimeStamp = null,
        }).With(KnownProperties.ExecutablePid, process.Pid)).ConfigureAwait(false);
        try
        {
            await services.Monitor.RunAsync(Resource, OnHealth, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process has ended, or is about to.
        }

        void OnHealth(bool healthy)
        {
            if (!healthy)
            {
                ResourceRunnerLog.Unhealthy(_logger, Reason());
                return;
            }

            if (HasChecks)
            {
                policy.Proven = true;
                ResourceRunnerLog.Healthy(_logger, services.Time.GetElapsedTime(started).TotalSeconds);
            }
            else
            {
                ResourceRunnerLog.Running(_logger);
            }

            _ready ??= ReadyAsync();
        }
    }

    private async Task ReadyAsync()
    {
        // Not in the caller's way: a handler may take its time while the checks go on.
        await Task.Yield();
        var handlers = services.Eventing.PublishAsync(new ResourceReadyEvent(Resource, services.Services), CancellationToken.None);
        await PublishAsync(s => s with { Ready = handlers }).ConfigureAwait(false);
        try
        {
            await handlers.ConfigureAwait(false);
            _settled.TrySetResult();
        }
        catch (Exception e)
        {
            Fail(e);
            _settled.TrySetException(e);
        }
    }

    private async Task EndAsync(IRunningProcess process)
    {
        var grace = services.Options.Value.StopGrace;
        process.Terminate();
        try
        {
            await process.Exited.WaitAsync(grace, services.Time, killNow).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (e is TimeoutException)
            {
                ResourceRunnerLog.Killed(_logger, grace.TotalSeconds);
            }

            process.Kill();

            // A process that is stuck in the kernel cannot be killed, and must not keep us here.
            await Task.WhenAny(process.Exited, Task.Delay(grace, services.Time, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    private async Task EndedAsync(int exitCode, bool over, bool stopped)
    {
        var state = !over ? KnownResourceStates.Starting
            : exitCode == 0 && !stopped ? KnownResourceStates.Finished
            : KnownResourceStates.Exited;
        await PublishAsync(s => s with
        {
            State = state, ExitCode = exitCode, StopTimeStamp = services.Time.GetUtcNow().UtcDateTime, HealthReports = [],
        }).ConfigureAwait(false);
        if (services.Notifications.TryGetCurrentState(Resource.Name, out var now))
        {
            await services.Eventing.PublishAsync(
                new ResourceStoppedEvent(Resource, services.Services, now), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether an end is the end. What listens on a port is a service and must not end, whatever it says; anything else has
    /// finished when it says so, or when somebody waits for its exit code.
    /// </summary>
    private bool IsOver(int exitCode, TimeSpan ran)
    {
        var isService = Resource.HasAnnotationOfType<EndpointAnnotation>();
        if (!Resource.HasAnnotationOfType<CompletionAnnotation>() && (isService || exitCode != 0))
        {
            return false;
        }

        if (exitCode == 0)
        {
            ResourceRunnerLog.Finished(_logger, ran.TotalSeconds);
        }
        else
        {
            ResourceRunnerLog.Exited(_logger, exitCode);
        }

        return true;
    }

    private bool HasChecks => Resource.HasAnnotationOfType<HealthCheckAnnotation>();

    private void Fail(Exception e)
    {
        if (_lives == 1)
        {
            Failed?.Invoke(e);
        }
    }

    private string Reason() => services.Notifications.TryGetCurrentState(Resource.Name, out var now)
        ? string.Join("; ", now.Snapshot.HealthReports.Select(r => r.Description).Where(d => !string.IsNullOrEmpty(d)))
        : "";

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        services.Notifications.PublishUpdateAsync(Resource, change);
}

/// <summary>Somebody waits for its exit code, so it is not started again.</summary>
internal sealed class CompletionAnnotation : IResourceAnnotation;

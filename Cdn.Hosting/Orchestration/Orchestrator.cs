using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Cdn.Hosting;

/// <summary>Starts and stops all resources of an application.</summary>
internal sealed class Orchestrator : IDisposable
{
    /// <summary>
    /// No process is started before all handlers of BeforeResourceStarted are through, so that an error in one of them leaves
    /// nothing behind; but a handler that itself waits for a resource must not wait for ever.
    /// </summary>
    private static readonly TimeSpan PreparationTime = TimeSpan.FromSeconds(5);

    private readonly DistributedApplicationModel _model;
    private readonly RunnerServices _services;
    private readonly EndpointAllocation _allocation;
    private readonly ResourceUrls _urls;
    private readonly Dashboard _dashboard;
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _killNow = new();
    private readonly Dictionary<IResource, ResourceRunner> _runners = [];
    private readonly IHostApplicationLifetime _lifetime;
    private Exception? _failure;
    private bool _stopping;

    public Orchestrator(
        DistributedApplicationModel model, RunnerServices services, IConfiguration configuration, ResourceUrls urls, Dashboard dashboard,
        IHostApplicationLifetime lifetime)
    {
        _lifetime = lifetime;
        _model = model;
        _services = services;
        _allocation = new EndpointAllocation(configuration);
        _urls = urls;
        _dashboard = dashboard;
    }

    /// <summary>All resources that start by themselves are ready; fails with the first that cannot be started.</summary>
    public Task AllReady => _allReady.Task;

    /// <summary>
    /// Why the application is stopping: the first resource that could not be started. It may come after all were ready, since
    /// a resource without health checks is ready as soon as it runs.
    /// </summary>
    public Exception? Failure => _failure;

    public ResourceRunner? RunnerOf(IResource resource) => _runners.GetValueOrDefault(resource);

    /// <summary>Checks everything, then starts everything. Returns when all processes are on their way.</summary>
    /// <exception cref="DistributedApplicationException">Something is wrong that the operator can put right.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var eventing = _services.Eventing;
        await eventing.PublishAsync(new BeforeStartEvent(_services.Services, _model), cancellationToken).ConfigureAwait(false);
        StartOrder.Check(_model);
        MarkCompletions();
        await InitializeAsync(cancellationToken).ConfigureAwait(false);
        foreach (var resource in _model.Resources.Where(r => r.IsProcess()))
        {
            var dashboard = IsDashboard(resource);
            _runners[resource] = new ResourceRunner(resource, _services, dashboard ? Task.CompletedTask : _gate.Task, _killNow.Token)
            {
                Failed = dashboard || resource.HasAnnotationOfType<ExplicitStartupAnnotation>() ? null : OnFailed,
            };
        }

        await _dashboard.StartAsync(_runners, cancellationToken).ConfigureAwait(false);
        var starting = _runners.Values.Where(r => !IsDashboard(r.Resource) && !r.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>()).ToList();
        foreach (var runner in starting)
        {
            runner.Start();
        }

        var prepared = Task.WhenAll(starting.Select(r => r.Prepared));
        _ = ObserveAsync(starting);
        await Task.WhenAny(prepared, _allReady.Task, Task.Delay(PreparationTime, _services.Time, cancellationToken)).ConfigureAwait(false);
        if (_failure is not null)
        {
            await _allReady.Task.ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        _gate.TrySetResult();
        await Task.WhenAny(prepared, _allReady.Task).WaitAsync(cancellationToken).Unwrap().ConfigureAwait(false);
    }

    /// <summary>Stops everything: what waits for others before the others, all else at once.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        var stops = new Dictionary<IResource, Task>();
        var all = Task.WhenAll(_runners.Keys.ToList().Select(Stop));

        // However long the chain of those that wait for each other is: after two graces all are killed.
        var limit = _services.Options.Value.StopGrace * 2;
        if (await Task.WhenAny(all, Task.Delay(limit, _services.Time, CancellationToken.None)).ConfigureAwait(false) != all)
        {
            KillNow();
        }

        await all.ConfigureAwait(false);
        _allReady.TrySetCanceled();

        Task Stop(IResource resource) => stops.TryGetValue(resource, out var stop) ? stop : stops[resource] = StopLast(resource);

        async Task StopLast(IResource resource)
        {
            var before = IsDashboard(resource)
                ? _runners.Keys.Where(r => !ReferenceEquals(r, resource))
                : StartOrder.Dependents(_model, resource).Where(_runners.ContainsKey);
            await Task.WhenAll(before.Select(Stop)).ConfigureAwait(false);
            await _runners[resource].CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Grants no grace any more.</summary>
    public void KillNow() => _killNow.Cancel();

    public void Dispose()
    {
        foreach (var runner in _runners.Values)
        {
            runner.Dispose();
        }

        _killNow.Dispose();
        _services.Launcher.Dispose();
    }

    private static bool IsDashboard(IResource resource) => resource is DashboardResource;

    private void OnFailed(Exception e)
    {
        Interlocked.CompareExchange(ref _failure, e, null);
        _allReady.TrySetException(e);
        _lifetime.StopApplication();
    }

    private void MarkCompletions()
    {
        foreach (var wait in _model.Resources.SelectMany(r => r.Waits()).Where(w => w.WaitType == WaitType.WaitForCompletion).ToList())
        {
            wait.Resource.Annotations.Add(new CompletionAnnotation());
        }
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        foreach (var parameter in _model.Resources.OfType<ParameterResource>())
        {
            var value = await parameter.GetValueAsync(cancellationToken).ConfigureAwait(false);
            var shown = new ResourcePropertySnapshot(KnownProperties.ParameterValue, parameter.Secret ? Secret.Mask : value)
            {
                IsSensitive = parameter.Secret,
            };
            await _services.Notifications.PublishUpdateAsync(parameter, s => s with { Properties = [shown] }).ConfigureAwait(false);
        }

        var taken = new Dictionary<int, string>();
        foreach (var resource in _model.Resources)
        {
            var state = resource.IsProcess() ? KnownResourceStates.NotStarted : KnownResourceStates.Running;
            await _services.Notifications.PublishUpdateAsync(resource, s => s with
            {
                State = s.State ?? state,
                CreationTimeStamp = _services.Time.GetUtcNow().UtcDateTime,
                IsHidden = s.IsHidden || resource.HasAnnotationOfType<HiddenAnnotation>(),
                Ready = resource.IsProcess() ? null : Task.CompletedTask,
            }).ConfigureAwait(false);
            await _services.Eventing.PublishAsync(
                new InitializeResourceEvent(resource, _services.Eventing, _services.Services), cancellationToken).ConfigureAwait(false);
            _allocation.Allocate(resource, taken);
        }

        foreach (var resource in _model.Resources)
        {
            await _services.Eventing.PublishAsync(
                new ResourceEndpointsAllocatedEvent(resource, _services.Services), cancellationToken).ConfigureAwait(false);
            await _urls.PublishAsync(resource, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ObserveAsync(List<ResourceRunner> starting)
    {
        try
        {
            await Task.WhenAll(starting.Select(r => r.Settled)).ConfigureAwait(false);
            if (!_stopping)
            {
                _allReady.TrySetResult();
            }
        }
        catch (Exception e)
        {
            _allReady.TrySetException(e);
        }
    }
}

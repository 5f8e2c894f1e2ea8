using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Cdn.Hosting;

/// <summary>Knows the present state of every resource, and tells of each change.</summary>
public sealed class ResourceNotificationService
{
    /// <summary>Changes kept for a watcher that is slow; the oldest go first. A state or two for each of hundreds of resources.</summary>
    private const int WatchBacklog = 1_000;

    private readonly DistributedApplicationModel _model;
    private readonly WaitBehavior _defaultWaitBehavior;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Action<ResourceEvent>> _observers = [];

    internal ResourceNotificationService(DistributedApplicationModel model, WaitBehavior defaultWaitBehavior)
    {
        _model = model;
        _defaultWaitBehavior = defaultWaitBehavior;
    }

    /// <summary>Waits until a resource is in a state; without one, until it runs.</summary>
    /// <exception cref="DistributedApplicationException">There is no such resource.</exception>
    public async Task WaitForResourceAsync(
        string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        await WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken).ConfigureAwait(false);

    /// <summary>Waits until a resource is in one of several states, and says in which.</summary>
    /// <exception cref="DistributedApplicationException">There is no such resource.</exception>
    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = await WaitForResourceAsync(
            resourceName, e => e.Snapshot.State is { } state && states.Contains(state.Text), cancellationToken).ConfigureAwait(false);
        return found.Snapshot.State!.Text;
    }

    /// <summary>Waits until a snapshot of a resource is as asked; the present one counts, and none in between is missed.</summary>
    /// <exception cref="DistributedApplicationException">There is no such resource.</exception>
    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        if (!_model.Resources.Any(r => Same(r.Name, resourceName)))
        {
            throw new DistributedApplicationException($"There is no resource named '{resourceName}'.");
        }

        var found = new TaskCompletionSource<ResourceEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Observe(ResourceEvent e)
        {
            try
            {
                if (Same(e.Resource.Name, resourceName) && predicate(e))
                {
                    found.TrySetResult(e);
                }
            }
            catch (Exception error)
            {
                found.TrySetException(error);
            }
        }

        using (Subscribe(Observe))
        {
            return await found.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a resource is healthy and the handlers of its <see cref="ResourceReadyEvent"/> are through.</summary>
    /// <exception cref="DistributedApplicationException">There is no such resource, or it has failed to start.</exception>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, _defaultWaitBehavior, cancellationToken);

    /// <summary>Waits until a resource is healthy; the behavior says what happens when it has failed or has been stopped.</summary>
    /// <exception cref="DistributedApplicationException">There is no such resource, or it has failed or was stopped.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var found = await WaitForResourceAsync(
            resourceName,
            e => e.Snapshot is { HealthStatus: Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy, Ready: not null }
                || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsOver(e.Snapshot)),
            cancellationToken).ConfigureAwait(false);
        if (found.Snapshot.Ready is not { } ready || IsOver(found.Snapshot))
        {
            throw new DistributedApplicationException($"{resourceName} will not become healthy: its state is {found.Snapshot.State?.Text}.");
        }

        await ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>Waits for everything that a resource waits for.</summary>
    /// <exception cref="DistributedApplicationException">One of them cannot be had.</exception>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Task.WhenAll(resource.Waits().Select(wait => WaitForAsync(resource, wait, cancellationToken)));
    }

    /// <summary>The last snapshot of a resource.</summary>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_gate)
        {
            return _current.TryGetValue(resourceId, out resourceEvent);
        }
    }

    /// <summary>The present snapshots, then every new one. A watcher that falls far behind misses the oldest.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateBounded<ResourceEvent>(
            new BoundedChannelOptions(WatchBacklog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        using var subscription = Subscribe(e => channel.Writer.TryWrite(e));
        await foreach (var e in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return e;
        }
    }

    /// <summary>Makes a new snapshot of a resource from the last one.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return PublishUpdateAsync(resource, resource.Name, stateFactory);
    }

    /// <summary>Makes a new snapshot of a resource from the last one.</summary>
    public Task PublishUpdateAsync(
        IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(stateFactory);

        // Observers are called under the lock: they see every change, in order. They only complete a task or fill a queue.
        lock (_gate)
        {
            var last = _current.TryGetValue(resourceId, out var current)
                ? current.Snapshot
                : new CustomResourceSnapshot { ResourceType = TypeOf(resource), Properties = [] };
            var next = new ResourceEvent(resource, resourceId, stateFactory(last));
            _current[resourceId] = next;
            foreach (var observer in _observers)
            {
                observer(next);
            }
        }

        return Task.CompletedTask;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static bool IsOver(CustomResourceSnapshot snapshot) =>
        snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    private static string TypeOf(IResource resource)
    {
        var name = resource.GetType().Name;
        return name.EndsWith("Resource", StringComparison.Ordinal) ? name[..^"Resource".Length] : name;
    }

    private async Task WaitForAsync(IResource resource, WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        var stop = (wait.WaitBehavior ?? _defaultWaitBehavior) == WaitBehavior.StopOnResourceUnavailable;
        if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            var behavior = stop ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable;
            try
            {
                await WaitForResourceHealthyAsync(name, behavior, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DistributedApplicationException e)
            {
                throw new DistributedApplicationException($"{resource.Name} is not started: {e.Message}", e);
            }
        }

        var completion = wait.WaitType == WaitType.WaitForCompletion;
        var found = await WaitForResourceAsync(
            name,
            e => completion ? IsOver(e.Snapshot) : IsUp(e.Snapshot) || (stop && IsOver(e.Snapshot)),
            cancellationToken).ConfigureAwait(false);
        if (completion ? found.Snapshot.ExitCode != wait.ExitCode || IsFailed(found.Snapshot) : !IsUp(found.Snapshot))
        {
            throw new DistributedApplicationException(
                $"{resource.Name} is not started, because {name} is {found.Snapshot.State?.Text} (exit code {found.Snapshot.ExitCode}).");
        }
    }

    private static bool IsFailed(CustomResourceSnapshot snapshot) => snapshot.State?.Text == KnownResourceStates.FailedToStart;

    private static bool IsUp(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is "Running" or "Active" or "Finished";

    private Subscription Subscribe(Action<ResourceEvent> observer)
    {
        lock (_gate)
        {
            foreach (var e in _current.Values)
            {
                observer(e);
            }

            _observers.Add(observer);
        }

        return new Subscription(() =>
        {
            lock (_gate)
            {
                _observers.Remove(observer);
            }
        });
    }

    private sealed class Subscription(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}

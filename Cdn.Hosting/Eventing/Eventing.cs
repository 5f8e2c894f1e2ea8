namespace Cdn.Hosting;

/// <summary>Something that happened to the application.</summary>
public interface IDistributedApplicationEvent;

/// <summary>Something that happened to a resource.</summary>
public interface IDistributedApplicationResourceEvent : IDistributedApplicationEvent
{
    /// <summary>The resource.</summary>
    IResource Resource { get; }
}

/// <summary>A subscription, to be given back to <see cref="IDistributedApplicationEventing.Unsubscribe"/>.</summary>
public sealed class DistributedApplicationEventSubscription
{
    internal DistributedApplicationEventSubscription(
        Type eventType, IResource? resource, Func<IDistributedApplicationEvent, CancellationToken, Task> callback)
    {
        EventType = eventType;
        Resource = resource;
        Callback = callback;
    }

    internal Type EventType { get; }

    internal IResource? Resource { get; }

    internal Func<IDistributedApplicationEvent, CancellationToken, Task> Callback { get; }
}

/// <summary>Events in the life of the application and its resources.</summary>
public interface IDistributedApplicationEventing
{
    /// <summary>Calls back at every event of a type.</summary>
    DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent;

    /// <summary>Calls back at every event of a type that concerns a resource.</summary>
    DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent;

    /// <summary>Ends a subscription.</summary>
    void Unsubscribe(DistributedApplicationEventSubscription subscription);

    /// <summary>Calls the subscribers one after the other, in the order they subscribed. The first exception ends it.</summary>
    Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent;
}

/// <inheritdoc/>
internal sealed class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly Lock _gate = new();
    private readonly List<DistributedApplicationEventSubscription> _subscriptions = [];

    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent => Add<T>(null, callback);

    public DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Add(resource, callback);
    }

    public void Unsubscribe(DistributedApplicationEventSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
        }
    }

    public async Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
    {
        List<DistributedApplicationEventSubscription> subscribers;
        lock (_gate)
        {
            var resource = (@event as IDistributedApplicationResourceEvent)?.Resource;
            subscribers = [.. _subscriptions.Where(s =>
                s.EventType == typeof(T) && (s.Resource is null || ReferenceEquals(s.Resource, resource)))];
        }

        foreach (var subscriber in subscribers)
        {
            await subscriber.Callback(@event, cancellationToken).ConfigureAwait(false);
        }
    }

    private DistributedApplicationEventSubscription Add<T>(IResource? resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent
    {
        ArgumentNullException.ThrowIfNull(callback);
        var subscription = new DistributedApplicationEventSubscription(typeof(T), resource, (e, ct) => callback((T)e, ct));
        lock (_gate)
        {
            _subscriptions.Add(subscription);
        }

        return subscription;
    }
}

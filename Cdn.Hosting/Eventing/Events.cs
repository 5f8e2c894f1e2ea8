namespace Cdn.Hosting;

/// <summary>Before anything else: the model may still be changed.</summary>
public sealed class BeforeStartEvent(IServiceProvider services, DistributedApplicationModel model) : IDistributedApplicationEvent
{
    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; } = services;

    /// <summary>All resources.</summary>
    public DistributedApplicationModel Model { get; } = model;
}

/// <summary>A resource comes to life; nothing is known of its ports yet.</summary>
public sealed class InitializeResourceEvent(IResource resource, IDistributedApplicationEventing eventing, IServiceProvider services)
    : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource { get; } = resource;

    /// <summary>The application's events.</summary>
    public IDistributedApplicationEventing Eventing { get; } = eventing;

    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; } = services;
}

/// <summary>The ports of a resource are known.</summary>
public sealed class ResourceEndpointsAllocatedEvent(IResource resource, IServiceProvider services) : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource { get; } = resource;

    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; } = services;
}

/// <summary>
/// A resource is about to start, before it waits for others; the ports of all resources are known. Not repeated when it is
/// started again after a crash.
/// </summary>
public sealed class BeforeResourceStartedEvent(IResource resource, IServiceProvider services) : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource { get; } = resource;

    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; } = services;
}

/// <summary>A resource is running and healthy, for the first time.</summary>
public sealed class ResourceReadyEvent(IResource resource, IServiceProvider services) : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource { get; } = resource;

    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; } = services;
}

/// <summary>A resource's process has ended, for whatever reason.</summary>
public sealed class ResourceStoppedEvent(IResource resource, IServiceProvider services, ResourceEvent resourceEvent)
    : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource { get; } = resource;

    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; } = services;

    /// <summary>The state after it, with the exit code.</summary>
    public ResourceEvent ResourceEvent { get; } = resourceEvent;
}

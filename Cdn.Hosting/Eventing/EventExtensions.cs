namespace Cdn.Hosting;

/// <summary>Subscriptions of an AppHost. A handler that throws a <see cref="DistributedApplicationException"/> stops the start.</summary>
public static class EventExtensions
{
    /// <summary>Before anything else: the model may still be changed.</summary>
    public static T OnBeforeStart<T>(this T builder, Func<BeforeStartEvent, CancellationToken, Task> callback)
        where T : IDistributedApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Eventing.Subscribe(callback);
        return builder;
    }

    /// <summary>The resource comes to life; nothing is known of its ports yet.</summary>
    public static IResourceBuilder<T> OnInitializeResource<T>(
        this IResourceBuilder<T> builder, Func<T, InitializeResourceEvent, CancellationToken, Task> callback)
        where T : IResource => builder.On(callback);

    /// <summary>The resource's ports are known.</summary>
    public static IResourceBuilder<T> OnResourceEndpointsAllocated<T>(
        this IResourceBuilder<T> builder, Func<T, ResourceEndpointsAllocatedEvent, CancellationToken, Task> callback)
        where T : IResourceWithEndpoints => builder.On(callback);

    /// <summary>The resource is about to start; the ports of all resources are known.</summary>
    public static IResourceBuilder<T> OnBeforeResourceStarted<T>(
        this IResourceBuilder<T> builder, Func<T, BeforeResourceStartedEvent, CancellationToken, Task> callback)
        where T : IResource => builder.On(callback);

    /// <summary>The resource is running and healthy, for the first time.</summary>
    public static IResourceBuilder<T> OnResourceReady<T>(
        this IResourceBuilder<T> builder, Func<T, ResourceReadyEvent, CancellationToken, Task> callback)
        where T : IResource => builder.On(callback);

    /// <summary>The resource's process has ended.</summary>
    public static IResourceBuilder<T> OnResourceStopped<T>(
        this IResourceBuilder<T> builder, Func<T, ResourceStoppedEvent, CancellationToken, Task> callback)
        where T : IResource => builder.On(callback);

    private static IResourceBuilder<T> On<T, TEvent>(this IResourceBuilder<T> builder, Func<T, TEvent, CancellationToken, Task> callback)
        where T : IResource
        where TEvent : IDistributedApplicationResourceEvent
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        var resource = builder.Resource;
        builder.ApplicationBuilder.Eventing.Subscribe<TEvent>(resource, (e, ct) => callback(resource, e, ct));
        return builder;
    }
}

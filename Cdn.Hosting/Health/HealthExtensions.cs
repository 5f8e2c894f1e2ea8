using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Hosting;

/// <summary>Health checks of a resource, and waiting for others.</summary>
public static class HealthExtensions
{
    /// <summary>Adds a check that is registered with <c>builder.Services.AddHealthChecks()</c>.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(a => a.Key == key))
        {
            throw new DistributedApplicationException($"{builder.Resource.Name} has the health check '{key}' already.");
        }

        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>Adds a check that asks over http; the endpoint must be there already ("https" comes before "http").</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="path">What is asked for; default "/".</param>
    /// <param name="statusCode">What must be answered; default 200.</param>
    /// <param name="endpointName">Which endpoint is asked.</param>
    /// <exception cref="DistributedApplicationException">The resource has no such endpoint.</exception>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        string[] names = endpointName is null ? ["https", "http"] : [endpointName];
        var endpoint = names.Select(builder.GetEndpoint).FirstOrDefault(e => e.Exists) ?? throw new DistributedApplicationException(
            $"The health check of {builder.Resource.Name} needs an endpoint: call WithHttpEndpoint before WithHttpHealthCheck.");
        return builder.WithHttpHealthCheck(() => endpoint, path, statusCode);
    }

    /// <summary>Adds a check that asks over http at the endpoint that is selected when the application starts.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (endpointSelector is null)
        {
            return builder.WithHttpHealthCheck(path, statusCode, endpointName: null);
        }

        path ??= "/";
        var expected = statusCode ?? 200;
        var key = $"{builder.Resource.Name}_{endpointSelector().EndpointName}_{path}_{expected}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key, _ => new HttpHealthCheck(endpointSelector, path, expected), failureStatus: null, tags: null));
        return builder.WithHealthCheck(key);
    }

    /// <summary>Starts the resource when another one is running and healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilHealthy);

    /// <summary>Starts the resource when another one is running and healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitBehavior waitBehavior)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilHealthy, waitBehavior);

    /// <summary>Starts the resource when another one is running.</summary>
    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilStarted);

    /// <summary>Starts the resource when another one is running.</summary>
    public static IResourceBuilder<T> WaitForStart<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitBehavior waitBehavior)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilStarted, waitBehavior);

    /// <summary>Starts the resource when another one has ended with an exit code.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitForCompletion, exitCode: exitCode);

    private static IResourceBuilder<T> Wait<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitType type, WaitBehavior? behavior = null,
        int exitCode = 0)
        where T : IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dependency);
        return builder.WithAnnotation(new WaitAnnotation(dependency.Resource, type, exitCode) { WaitBehavior = behavior });
    }
}

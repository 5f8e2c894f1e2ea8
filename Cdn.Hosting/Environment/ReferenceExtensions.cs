namespace Cdn.Hosting;

/// <summary>
/// References: variables <c>services__{resource}__{scheme or endpoint name}__{i}</c> for service discovery, and
/// <c>{RESOURCE}_{ENDPOINT}</c> for everything else.
/// </summary>
public static class ReferenceExtensions
{
    /// <summary>Tells the resource all endpoints of another one.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        return builder.WithReference(source, source.Resource.Name);
    }

    /// <summary>Tells the resource all endpoints of another one, under another name.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        builder.WithAnnotation(new ResourceRelationshipAnnotation(source.Resource, "Reference"));

        // Asked at start and not now: the endpoints may be added after the reference.
        return builder.WithEnvironment(context =>
        {
            foreach (var endpoint in source.Resource.GetEndpoints().Where(e => !e.EndpointAnnotation.ExcludeReferenceEndpoint))
            {
                AddEndpoint(context, endpoint, name);
            }
        });
    }

    /// <summary>Tells the resource one endpoint.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpointReference);
        builder.WithAnnotation(new ResourceRelationshipAnnotation(endpointReference.Resource, "Reference"));
        return builder.WithEnvironment(context => AddEndpoint(context, endpointReference, endpointReference.Resource.Name));
    }

    /// <summary>Tells the resource a service outside the application.</summary>
    /// <exception cref="ArgumentException">The URI is relative, or has a path.</exception>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.AbsolutePath != "/")
        {
            throw new ArgumentException($"The URI of service '{name}' must be absolute and without a path, not '{uri}'.", nameof(uri));
        }

        return builder.WithEnvironment($"services__{name}__default__0", uri.ToString());
    }

    private static void AddEndpoint(EnvironmentCallbackContext context, EndpointReference endpoint, string name)
    {
        var key = endpoint.EndpointName is "http" or "https" ? endpoint.Scheme : endpoint.EndpointName;
        for (var i = 0; ; i++)
        {
            if (context.EnvironmentVariables.TryAdd($"services__{name}__{key}__{i}", endpoint))
            {
                break;
            }
        }

        context.EnvironmentVariables[$"{VariableName(name)}_{VariableName(endpoint.EndpointName)}"] = endpoint;
    }

    private static string VariableName(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
}

using System.Net.Sockets;

namespace Cdn.Hosting;

/// <summary>Endpoints of a resource.</summary>
public static class EndpointExtensions
{
    /// <summary>Adds an endpoint, or updates the one of that name with what is given.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null,
        string? env = null, bool? isProxied = null, bool? isExternal = null, ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var endpointName = name ?? scheme ?? "tcp";
        var endpoint = Find(builder.Resource, endpointName);
        if (endpoint is null)
        {
            endpoint = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, name: endpointName);
            builder.Resource.Annotations.Add(endpoint);
        }

        endpoint.Port = port ?? endpoint.Port;
        endpoint.TargetPort = targetPort ?? endpoint.TargetPort;
        endpoint.UriScheme = scheme ?? endpoint.UriScheme;
        endpoint.Protocol = protocol ?? endpoint.Protocol;
        endpoint.PortVariable = env ?? endpoint.PortVariable;
        endpoint.IsExplicitlyProxied = isProxied ?? endpoint.IsExplicitlyProxied;
        endpoint.IsExternal = isExternal ?? endpoint.IsExternal;
        return builder;
    }

    /// <summary>Changes an endpoint, adding it first if there is none of that name.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        var endpoint = Find(builder.Resource, endpointName);
        if (endpoint is null && createIfNotExists)
        {
            var scheme = endpointName is "http" or "https" ? endpointName : null;
            endpoint = new EndpointAnnotation(ProtocolType.Tcp, scheme, name: endpointName);
            builder.Resource.Annotations.Add(endpoint);
        }

        if (endpoint is not null)
        {
            callback(endpoint);
        }

        return builder;
    }

    /// <summary>Adds an endpoint that speaks plain http; named "http" unless a name is given.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null,
        bool? isProxied = null)
        where T : IResourceWithEndpoints =>
        builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Adds an endpoint that speaks https; named "https" unless a name is given.</summary>
    public static IResourceBuilder<T> WithHttpsEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null,
        bool? isProxied = null)
        where T : IResourceWithEndpoints =>
        builder.WithEndpoint(port, targetPort, "https", name, env, isProxied);

    /// <summary>Marks all http and https endpoints as meant for people and clients outside the application.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.IsExternal |= endpoint.UriScheme is "http" or "https";
        }

        return builder;
    }

    /// <summary>Marks the http endpoints as speaking HTTP/2.</summary>
    public static IResourceBuilder<T> AsHttp2Service<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.Transport = endpoint.Transport == "http" ? "http2" : endpoint.Transport;
        }

        return builder;
    }

    /// <summary>An endpoint of the resource, whether it is defined yet or not.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Resource.GetEndpoint(name);
    }

    private static EndpointAnnotation? Find(IResource resource, string name) => resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase));
}

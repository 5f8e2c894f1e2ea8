using Aspire.Hosting.Nginx.Configuration;

namespace Aspire.Hosting;

/// <content>What nginx is told.</content>
public static partial class NginxBuilderExtensions
{
    /// <summary>
    /// Uses a configuration of your own. A copy of it, and of the <c>.conf</c> files beside it, runs in the run directory, where
    /// it includes what is generated: <c>generated/listen.conf</c> in its <c>server</c> (port, protocols, certificate) and
    /// <c>generated/upstreams.conf</c> in its
    /// <c>http</c>. nginx reads it anew when one of these files changes.
    /// </summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="file">A whole <c>nginx.conf</c>; relative to the AppHost's folder.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithConfiguration(this IResourceBuilder<NginxResource> builder, string file)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(file);
        builder.Resource.ConfigurationFile = builder.FullPath(file);
        return builder;
    }

    /// <summary>Adds files to the configuration that are made at every start and reload.</summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="callback">Adds them, by <see cref="NginxConfigurationContext.AddFile"/>.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithConfiguration(
        this IResourceBuilder<NginxResource> builder, Func<NginxConfigurationContext, Task> callback)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        builder.Resource.ConfigurationCallbacks.Add(callback);
        return builder;
    }

    /// <summary>Makes a service known to the configuration as an upstream, for <c>proxy_pass http://name;</c>.</summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="service">The service. It is asked by its endpoint <c>http</c>, or else <c>https</c>.</param>
    /// <param name="name">
    /// Another name than its resource's. Services of one name are a group: they share the requests, and one takes over for
    /// another that does not answer.
    /// </param>
    /// <param name="unixSocket">
    /// The full path of a Unix socket on which the service listens, too. nginx takes it instead of the port, wherever it can
    /// reach it.
    /// </param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithUpstream(
        this IResourceBuilder<NginxResource> builder,
        IResourceBuilder<IResourceWithEndpoints> service,
        string? name = null,
        string? unixSocket = null)
    {
        ArgumentNullException.ThrowIfNull(service);
        return builder.WithUpstream(EndpointOf(service.Resource), name, unixSocket);
    }

    /// <summary>Makes an endpoint known to the configuration as an upstream, for <c>proxy_pass http://name;</c>.</summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="name">Another name than its resource's. Endpoints of one name are a group.</param>
    /// <param name="unixSocket">The full path of a Unix socket on which the service listens, too.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithUpstream(
        this IResourceBuilder<NginxResource> builder, EndpointReference endpoint, string? name = null, string? unixSocket = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpoint);
        builder.Resource.Upstreams.Add(new NginxUpstream(name ?? endpoint.Resource.Name, endpoint, unixSocket));
        return builder.WithReferenceRelationship(endpoint.Resource);
    }

    /// <summary>Sends a path, and all below it, to an upstream, in a configuration that is generated.</summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="path">As in nginx's <c>location</c>: <c>/api/</c>.</param>
    /// <param name="upstream">The name of an upstream.</param>
    /// <param name="stripPrefix">
    /// Whether the service is asked without the path: for <c>/users</c>, where the client says <c>/api/users</c>.
    /// </param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithRoute(
        this IResourceBuilder<NginxResource> builder, string path, string upstream, bool stripPrefix = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(upstream);
        builder.Resource.Routes.Add(new NginxRoute(path, upstream, stripPrefix));
        return builder;
    }

    /// <summary>Sends a path, and all below it, to a service, in a configuration that is generated.</summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="path">As in nginx's <c>location</c>: <c>/api/</c>.</param>
    /// <param name="service">The service, which becomes an upstream of its name if it is none yet.</param>
    /// <param name="stripPrefix">
    /// Whether the service is asked without the path: for <c>/users</c>, where the client says <c>/api/users</c>.
    /// </param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithRoute(
        this IResourceBuilder<NginxResource> builder,
        string path,
        IResourceBuilder<IResourceWithEndpoints> service,
        bool stripPrefix = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(service);
        if (builder.Resource.Upstreams.All(upstream => upstream.Name != service.Resource.Name))
        {
            builder.WithUpstream(service);
        }

        return builder.WithRoute(path, service.Resource.Name, stripPrefix);
    }

    /// <summary>
    /// Plain HTTP first: what is on one machine needs no encryption, and a container may not trust the certificate.
    /// </summary>
    private static EndpointReference EndpointOf(IResourceWithEndpoints service) =>
        service.GetEndpoint("https") is { Exists: true } https && !service.GetEndpoint("http").Exists
            ? https
            : service.GetEndpoint("http");
}

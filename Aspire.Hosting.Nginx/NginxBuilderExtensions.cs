using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Container;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Nginx;

/// <summary>Puts nginx in front of an application.</summary>
public static partial class NginxBuilderExtensions
{
    /// <summary>
    /// Adds nginx as a local process, or in a container if the configuration says <c>EDGE=container</c>. <c>NGINX</c> names the binary of
    /// a local one if it is not in PATH.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="runDirectory">Folder for the configuration, logs and temporary files of a run; relative to the AppHost's.</param>
    /// <param name="port">The port for HTTPS; null for a free one.</param>
    public static IResourceBuilder<NginxResource> AddNginx(
        this IDistributedApplicationBuilder builder, string name, string runDirectory, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(runDirectory);

        var folder = Path.GetFullPath(runDirectory, builder.AppHostDirectory);
        var wantsContainer = string.Equals(builder.Configuration["EDGE"], "container", StringComparison.OrdinalIgnoreCase);
        var container = wantsContainer ? NginxContainer.For(folder, builder.Configuration["ASPIRE_CONTAINER_RUNTIME"]) : null;
        var command = container?.Runtime ?? builder.Configuration["NGINX"] ?? "nginx";
        var resource = new NginxResource(name, CommandPath.Find(command) ?? command, folder) { Container = container };
        var healthKey = $"{name}_{NginxResource.HttpsEndpointName}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            healthKey, _ => new NginxHealthCheck(resource.HttpsEndpoint), failureStatus: null, tags: null));

        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddSingleton<IHostedService>(services => new NginxLogRotation(
                resource, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<NginxLogRotation>>()));

            // What is wrong with nginx or its certificate is said before anything is started.
            builder.Eventing.Subscribe<BeforeStartEvent>((start, cancellationToken) => CheckAsync(
                resource, wantsContainer, start.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource), cancellationToken));
        }

        return builder.AddResource(resource)
            .WithHttpsEndpoint(port: PublicPort(builder, port), name: NginxResource.HttpsEndpointName, isProxied: false)
            .WithEndpoint(NginxResource.HttpsEndpointName, endpoint => endpoint.TargetHost = "0.0.0.0")
            .WithExternalHttpEndpoints()
            .WithArgs(context => AddContainer(resource, context.Args))
            .WithArgs("-p", folder, "-c", Path.Combine(folder, "nginx.conf"), "-e", "stderr", "-g", "daemon off;")
            .WithHealthCheck(healthKey)
            .OnBeforeResourceStarted((nginx, start, cancellationToken) => NginxConfiguration.WriteAsync(
                nginx, start.Services.GetRequiredService<ResourceLoggerService>().GetLogger(nginx), cancellationToken));
    }

    /// <summary>
    /// The configuration, which includes what is generated (the README lists it). A copy of it, and of the <c>.conf</c> files
    /// beside it, runs in the run directory.
    /// </summary>
    /// <param name="builder">nginx.</param>
    /// <param name="file">Relative to the AppHost's folder.</param>
    public static IResourceBuilder<NginxResource> WithConfiguration(this IResourceBuilder<NginxResource> builder, string file)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.ConfigurationFile = Path.GetFullPath(file, builder.ApplicationBuilder.AppHostDirectory);
        return builder;
    }

    /// <summary>Uses a certificate of your own.</summary>
    /// <param name="builder">nginx.</param>
    /// <param name="certificateFile">PEM, the server's certificate first, then those up to the root.</param>
    /// <param name="keyFile">PEM, without a password.</param>
    public static IResourceBuilder<NginxResource> WithCertificate(
        this IResourceBuilder<NginxResource> builder, string certificateFile, string keyFile)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var folder = builder.ApplicationBuilder.AppHostDirectory;
        builder.Resource.Certificate = new NginxCertificate(
            Path.GetFullPath(certificateFile, folder), Path.GetFullPath(keyFile, folder), MakeIfMissing: false);
        return builder;
    }

    /// <summary>
    /// Uses <c>tls.crt</c> and <c>tls.key</c> of a folder. If they are not there, the trusted developer certificate of this machine is taken
    /// (<c>dotnet dev-certs https --trust</c>), or else one for localhost is made, with its authority in <c>ca.crt</c> for clients to trust.
    /// </summary>
    public static IResourceBuilder<NginxResource> WithCertificate(this IResourceBuilder<NginxResource> builder, string folder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.Certificate = DevelopmentCertificate.In(Path.GetFullPath(folder, builder.ApplicationBuilder.AppHostDirectory));
        return builder;
    }

    /// <summary>
    /// Speaks HTTP/3, too, on the same port of UDP, and tells clients of it, if the nginx that is installed can (1.25, built with that
    /// module). If it cannot, it says so once, and all goes on without.
    /// </summary>
    public static IResourceBuilder<NginxResource> WithHttp3(this IResourceBuilder<NginxResource> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.WantsHttp3 = true;
        return builder;
    }

    /// <summary>Makes a service known to the configuration as the upstream of its resource's name.</summary>
    /// <param name="builder">nginx.</param>
    /// <param name="service">The service.</param>
    /// <param name="socket">The Unix socket on which the service listens, too, if nginx may come to it on this machine.</param>
    /// <param name="name">Another name than its resource's. Services of one name share the requests, and one takes over for another that does not answer.</param>
    public static IResourceBuilder<NginxResource> WithUpstream(
        this IResourceBuilder<NginxResource> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> service,
        string? socket = null,
        string? name = null) =>
        builder.Add(service, socket, route: null, name);

    /// <summary>
    /// Makes a service known like <see cref="WithUpstream"/>, and lets clients name it: <c>/name/video/...</c> goes where the
    /// hand-written <c>replica.conf</c> says. All routes together are the upstream <c>replicas</c>.
    /// </summary>
    /// <param name="builder">nginx.</param>
    /// <param name="service">The service.</param>
    /// <param name="socket">As for <see cref="WithUpstream"/>.</param>
    /// <param name="store">The folder of the service's files, if nginx sees it and shall serve from there.</param>
    /// <param name="log">A file to which nginx writes what it served from <paramref name="store"/>.</param>
    public static IResourceBuilder<NginxResource> WithRoute(
        this IResourceBuilder<NginxResource> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> service,
        string? socket = null,
        string? store = null,
        string? log = null) =>
        builder.Add(service, socket, new NginxRoute(store, log));

    /// <summary>
    /// nginx binds its port itself, on either engine: a proxy before it would hide the clients' addresses. Such a port stays
    /// fixed where the others are taken at random (tests), so it is left open there.
    /// </summary>
    private static int? PublicPort(IDistributedApplicationBuilder builder, int? port) =>
        builder.Configuration.GetValue("DcpPublisher:RandomizePorts", defaultValue: false) ? null : port;

    private static async Task CheckAsync(NginxResource nginx, bool wantsContainer, ILogger logger, CancellationToken cancellationToken)
    {
        if (wantsContainer && (nginx.Container is null || !OperatingSystem.IsLinux()))
        {
            throw new DistributedApplicationException(
                "EDGE=container needs podman or docker, on Linux: the container shares network and folders with the services. With EDGE=process nginx is a local process.");
        }

        if (nginx.Container is { } container)
        {
            await container.RemoveAsync(cancellationToken);
            nginx.Build = await NginxBuild.AskAsync(container.Runtime, NginxContainer.AskBuild(), cancellationToken);
        }
        else
        {
            nginx.Build = await NginxBuild.AskAsync(nginx.Command, cancellationToken);
        }

        if (nginx is { WantsHttp3: true, Build.HasHttp3: false })
        {
            LogNoHttp3(logger, nginx.Build.Version);
        }

        if (nginx.ConfigurationFile is null || !File.Exists(nginx.ConfigurationFile))
        {
            throw new DistributedApplicationException($"The configuration of {nginx.Name} is not there: '{nginx.ConfigurationFile}'.");
        }

        var certificate = nginx.Certificate
            ?? throw new DistributedApplicationException($"{nginx.Name} needs a certificate: call WithCertificate.");
        DevelopmentCertificate.EnsureIfWanted(certificate);
        DevelopmentCertificate.Validate(certificate);
        Directory.CreateDirectory(nginx.WorkingDirectory);
    }

    /// <summary>The runtime's arguments, before those of nginx: what the configuration names is there under the same paths.</summary>
    private static void AddContainer(NginxResource nginx, IList<object> args)
    {
        if (nginx.Container is not { } container)
        {
            return;
        }

        var routes = nginx.Upstreams.Select(upstream => upstream.Route).OfType<NginxRoute>().ToList();
        IEnumerable<string?> writable =
        [
            nginx.WorkingDirectory,
            .. nginx.Upstreams.Select(upstream => Path.GetDirectoryName(upstream.Socket)),
            .. routes.Select(route => Path.GetDirectoryName(route.Log)),
        ];
        IEnumerable<string?> readable = [nginx.Certificate!.CertificateFile, nginx.Certificate.KeyFile, .. routes.Select(route => route.Store)];
        foreach (var argument in container.Run(writable.OfType<string>(), readable.OfType<string>()))
        {
            args.Add(argument);
        }
    }

    private static IResourceBuilder<NginxResource> Add(
        this IResourceBuilder<NginxResource> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> service,
        string? socket,
        NginxRoute? route,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(service);
        builder.Resource.Upstreams.Add(new NginxUpstream(name ?? service.Resource.Name, service.GetEndpoint("http"), socket, route));
        return builder;
    }

    [LoggerMessage(EventId = 701, Level = LogLevel.Warning,
        Message = "HTTP/3 is left out: it takes nginx 1.25 or newer, built with http_v3_module, and this one ({Version}) is not")]
    private static partial void LogNoHttp3(ILogger logger, Version version);
}

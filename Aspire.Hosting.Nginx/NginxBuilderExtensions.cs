using Aspire.Hosting.Nginx;
using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Health;
using Aspire.Hosting.Nginx.Layout;
using Aspire.Hosting.Nginx.Programs;
using Aspire.Hosting.Nginx.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Puts nginx in front of an application.</summary>
public static partial class NginxBuilderExtensions
{
    /// <summary>The ports that nginx listens on in its container, where low ones may take privileges.</summary>
    private const int HttpPort = 8080;

    private const int HttpsPort = 8443;

    /// <summary>
    /// Adds nginx to the application: a container, with one endpoint for clients. It speaks HTTP, or, when a certificate is set,
    /// HTTPS with HTTP/2. Without a configuration of your own it is a reverse proxy for its routes.
    /// </summary>
    /// <remarks>No proxy is put before the endpoint, so that nginx sees the addresses of its clients.</remarks>
    /// <param name="builder">The <see cref="IDistributedApplicationBuilder"/>.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="port">The port for clients; null for a free one.</param>
    /// <returns>A reference to the <see cref="IResourceBuilder{T}"/>.</returns> <example> Two services behind one port: <code
    /// lang="csharp"> builder.AddNginx("nginx", port: 8080) .WithRoute("/api/", api) .WithRoute("/", web); </code> </example>
    public static IResourceBuilder<NginxResource> AddNginx(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var resource = new NginxResource(name);
        var healthKey = $"{name}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            healthKey, _ => new NginxHealthCheck(resource), failureStatus: null, tags: null));
        var nginx = builder.AddResource(resource)
            .WithImage(NginxContainerImageTags.Image, NginxContainerImageTags.Tag)
            .WithImageRegistry(NginxContainerImageTags.Registry)
            .WithHttpEndpoint(targetPort: HttpPort, name: NginxResource.HttpEndpointName, isProxied: false)
            .WithEndpoint(NginxResource.HttpEndpointName, endpoint => endpoint.Port = PublicPort(builder, port))
            .WithIconName("GlobeArrowForward")
            .WithHealthCheck(healthKey);
        return builder.ExecutionContext.IsRunMode ? nginx.WithRunMode() : nginx;
    }

    /// <summary>
    /// Runs nginx as a process of this machine, in run mode; what is published stays a container. The endpoint, the configuration
    /// and all else that is said of the resource stay as they are.
    /// </summary>
    /// <remarks>
    /// Events that the builder subscribes to (<c>OnBeforeResourceStarted</c>, <c>OnResourceReady</c>, <c>OnResourceStopped</c>)
    /// go on working, but for <c>OnResourceEndpointsAllocated</c>. The model holds another resource of the same name, for which
    /// to publish updates.
    /// </remarks>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="command">
    /// The binary: a path, or a name that is looked for in <c>PATH</c> and where systems install nginx.
    /// </param>
    /// <param name="onlyIfFound">
    /// Whether the container stays if the binary is not found; else the application does not start.
    /// </param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> RunAsExecutable(
        this IResourceBuilder<NginxResource> builder, string command = "nginx", bool onlyIfFound = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(command);
        var (application, nginx) = (builder.ApplicationBuilder, builder.Resource);
        if (!application.ExecutionContext.IsRunMode || !nginx.IsContainer || (onlyIfFound && CommandPath.Find(command) is null))
        {
            return builder;
        }

        foreach (var image in nginx.Annotations.OfType<ContainerImageAnnotation>().ToList())
        {
            nginx.Annotations.Remove(image);
        }

        nginx.Command = command;
        application.Resources.Remove(nginx);
        var process = new NginxExecutableResource(nginx, command, application.AppHostDirectory);
        application.AddResource(process);
        process.RelayEvents(application.Eventing);
        return builder;
    }

    /// <summary>
    /// The folder for the configuration, logs and temporary files. Relative paths of a configuration hang on it. By default it is
    /// a temporary one, which is gone after the run.
    /// </summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="path">Relative to the AppHost's folder. No other nginx may use it at the same time.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithRunDirectory(this IResourceBuilder<NginxResource> builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        builder.Resource.RunDirectory = builder.FullPath(path);
        return builder;
    }

    /// <summary>
    /// Lets nginx see a file or folder of this machine that its configuration names. A container has it mounted, on Unix under
    /// the same path; <see cref="NginxConfigurationContext.GetPath"/> says under which. A process sees it anyway.
    /// </summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="path">Relative to the AppHost's folder.</param>
    /// <param name="isReadOnly">Whether nginx may only read it.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithFiles(
        this IResourceBuilder<NginxResource> builder, string path, bool isReadOnly = true)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (builder.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            NginxPaths.Mount(builder.Resource, builder.FullPath(path), isReadOnly);
        }

        return builder;
    }

    /// <summary>
    /// Speaks HTTP/3, too, and tells clients of it, if this nginx can (1.25 or newer, built with that module) and a certificate
    /// is set. If it cannot, it says so in its log, and all goes on without. It is on the same port of UDP, if one was named.
    /// </summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithHttp3(this IResourceBuilder<NginxResource> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.WantsHttp3 = true;
        return builder;
    }

    /// <summary>
    /// Bounds what the kernel holds for each connection of a client (<c>sndbuf</c> of <c>listen</c>), so that many that read
    /// slowly do not take all the memory that TCP has. A connection then sends at most so much per round trip.
    /// </summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="bytes">Bytes; the kernel grants at most its <c>net.core.wmem_max</c>. 0: what the kernel sees fit.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithSendBuffer(this IResourceBuilder<NginxResource> builder, int bytes)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        builder.Resource.SendBuffer = bytes;
        return builder;
    }

    private static IResourceBuilder<NginxResource> WithRunMode(this IResourceBuilder<NginxResource> builder)
    {
        var nginx = builder.Resource;
        var services = builder.ApplicationBuilder.Services;
        services.AddKeyedSingleton(nginx, (provider, _) => new NginxControl(
            nginx,
            provider.GetRequiredService<ResourceNotificationService>(),
            provider.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>(),
            Log(provider)));
        services.AddKeyedSingleton(nginx, (provider, _) => new ConfigurationWriter(
            nginx, provider.GetRequiredKeyedService<NginxControl>(nginx), provider, Log(provider)));
        services.AddKeyedSingleton(nginx, (provider, _) => new NginxReload(
            nginx,
            provider.GetRequiredKeyedService<ConfigurationWriter>(nginx),
            provider.GetRequiredKeyedService<NginxControl>(nginx),
            Log(provider)));
        services.AddSingleton<IHostedService>(provider => new NginxWatch(
            nginx,
            provider.GetRequiredKeyedService<NginxReload>(nginx),
            provider.GetRequiredService<ResourceNotificationService>(),
            TimeProvider.System));
        services.AddSingleton<IHostedService>(provider => new NginxMasterWatch(
            nginx, provider.GetRequiredService<ResourceNotificationService>(), TimeProvider.System));
        services.AddSingleton<IHostedService>(provider => new NginxLogRotation(
            nginx, provider.GetRequiredKeyedService<NginxControl>(nginx), TimeProvider.System, Log(provider)));

        // What is wrong with nginx or its certificate is said before anything is started.
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((start, cancellationToken) =>
            NginxPreparation.PrepareAsync(nginx, start.Services, cancellationToken));

        return builder
            .WithoutHttpsCertificate() // Plain HTTP, whatever this machine has.
            .WithHttpsCertificateConfiguration(context => CertificateChoice.TakeAsync(nginx, context))
            .WithEntrypoint("nginx")
            .WithArgs(context =>
            {
                var writer = context.ExecutionContext.Services.GetRequiredKeyedService<ConfigurationWriter>(nginx);
                object[] args =
                [
                    "-p", NginxPaths.Of(nginx, nginx.RunDirectory!),
                    "-c", new ConfigurationPath(nginx, writer),
                    "-e", "stderr",
                    "-g", "daemon off;",
                ];
                args.ToList().ForEach(context.Args.Add);
            })
            .WithCommand("reload", "Reload", async context =>
            {
                var reload = context.Services.GetRequiredKeyedService<NginxReload>(nginx);
                return await reload.ReloadAsync(context.CancellationToken) is { } failure
                    ? CommandResults.Failure(failure)
                    : CommandResults.Success();
            }, new CommandOptions
            {
                Description = "Read the configuration and the certificate anew. What nginx does not take changes nothing.",
                IconName = "ArrowClockwise",
                UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                    ? ResourceCommandState.Enabled
                    : ResourceCommandState.Disabled,
            });

        Microsoft.Extensions.Logging.ILogger Log(IServiceProvider provider) =>
            provider.GetRequiredService<ResourceLoggerService>().GetLogger(nginx);
    }

    /// <summary>
    /// A port that nothing is put before stays fixed where the others are taken at random (tests), so it is left open there.
    /// </summary>
    private static int? PublicPort(IDistributedApplicationBuilder builder, int? port) =>
        bool.TryParse(builder.Configuration["DcpPublisher:RandomizePorts"], out var isRandom) && isRandom ? null : port;

    private static string FullPath(this IResourceBuilder<NginxResource> builder, string path) =>
        Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory);
}

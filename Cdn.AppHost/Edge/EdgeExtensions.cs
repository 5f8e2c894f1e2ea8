using Cdn.AppHost.Limiting;
using Cdn.AppHost.Settings;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Microsoft.Extensions.Logging;

namespace Cdn.AppHost.Edge;

/// <summary>nginx as the door of the CDN.</summary>
internal static partial class EdgeExtensions
{
    /// <summary>
    /// Adds it: the configuration of <c>nginx/</c>, on all interfaces, by the nginx of this machine or, if <c>EDGE</c> says so or
    /// there is none, in a container.
    /// </summary>
    public static IResourceBuilder<NginxResource> AddEdge(
        this IDistributedApplicationBuilder builder, string name, CdnSettings settings)
    {
        var edge = builder.AddNginx(name, settings.EdgePort)
            .WithRunDirectory(settings.DataDir(name))
            .WithConfiguration("../nginx/nginx.conf")
            .WithConfiguration(context => WriteLimits(context, settings))
            .WithSendBuffer(settings.EdgeLimits.SendBuffer)
            .WithCertificates(settings)
            .WithTlsProfile(settings.TlsProfile)
            .WithEndpoint("https", endpoint => (endpoint.TargetHost, endpoint.IsExternal) = ("0.0.0.0", true));
        edge = settings.Http3 ? edge.WithHttp3() : edge;
        if (!settings.EdgeIsContainer)
        {
            return edge.RunAsExecutable(settings.NginxProgram!);
        }

        // A container reaches the services by their sockets, if they have any: the image of Aspire's tunnel need not be made.
        if (OperatingSystem.IsLinux() && settings.Socket(name) is not null)
        {
            builder.Configuration["ASPIRE_ENABLE_CONTAINER_TUNNEL"] ??= "false";
        }

        return edge;
    }

    /// <summary>
    /// Lets clients name a replica, and nginx serve from its store itself (step R4). What it served there it writes to a log,
    /// which the replica follows.
    /// </summary>
    public static IResourceBuilder<NginxResource> WithReplica(
        this IResourceBuilder<NginxResource> edge,
        IResourceBuilder<ProjectResource> replica,
        string? socket,
        string? store,
        string log)
    {
        if (!edge.Resource.TryGetLastAnnotation<ReplicasAnnotation>(out var replicas))
        {
            edge.WithAnnotation(replicas = new ReplicasAnnotation())
                .WithConfiguration(context => WriteLocations(context, replicas.Replicas));
        }

        replicas.Replicas.Add(new EdgeReplica(replica.Resource.Name, store, log));
        edge.WithUpstream(replica, unixSocket: socket).WithUpstream(replica, "replicas", socket);
        return store is null ? edge : edge.WithFiles(store);
    }

    /// <summary>
    /// Gives nginx the secret by which the controllers believe what it says of a request: which replica failed it, who the client
    /// is.
    /// </summary>
    public static IResourceBuilder<NginxResource> WithClaims(
        this IResourceBuilder<NginxResource> edge, IResourceBuilder<ParameterResource> secret) =>
        edge.WithConfiguration(async context =>
        {
            var value = await secret.Resource.GetValueAsync(context.CancellationToken);
            context.AddFile("generated/claims.conf", Claims(value!), isSecret: true);
        });

    /// <summary><c>generated/claims.conf</c>.</summary>
    internal static string Claims(string secret) =>
        $"proxy_set_header {CdnHeaders.Edge} {NginxConfigurationContext.Quote(secret)};\n";

    /// <summary>Has nginx check tickets, and refuse what is revoked. Called when all replicas are there.</summary>
    /// <param name="edge">nginx.</param>
    /// <param name="tokens">What is set.</param>
    /// <param name="keys">The secrets of tickets.</param>
    public static void WithTokens(this IResourceBuilder<NginxResource> edge, TokenSettings tokens, IReadOnlyList<TicketKey> keys)
    {
        Directory.CreateDirectory(tokens.RevokedFolder);
        edge.WithFiles(tokens.RevokedFolder).WithConfiguration(context =>
        {
            var folder = tokens.RevokedFolder;
            if (!context.MayEnter(folder) || folder.Contains('$', StringComparison.Ordinal))
            {
                throw new DistributedApplicationException(
                    $"nginx's workers may not enter {folder} (their user is not root), and would not see what is revoked: "
                    + "set DATA_DIR to a folder that they may enter.");
            }

            var replicas = edge.Resource.TryGetLastAnnotation<ReplicasAnnotation>(out var all) ? all.Replicas : [];
            var names = replicas.Select(replica => replica.Name);
            foreach (var (name, text) in TokenConfiguration.Write(tokens.Guarded, keys, names, context.GetPath(folder)))
            {
                context.AddFile(TokenConfiguration.Folder + name, text, isSecret: name == TokenConfiguration.SecretFile);
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>The certificate that is set from outside, or one for development in <c>nginx/certs</c>.</summary>
    private static IResourceBuilder<NginxResource> WithCertificates(
        this IResourceBuilder<NginxResource> edge, CdnSettings settings) =>
        settings is { CertificateFile: { } certificate, KeyFile: { } key }
            ? edge.WithCertificate(certificate, key)
            : edge.WithDevelopmentCertificate(settings.CertificateFolder);

    /// <summary>
    /// What nginx's workers may open cannot be raised by everybody; in a container that is its runtime's matter.
    /// </summary>
    private static Task WriteLimits(NginxConfigurationContext context, CdnSettings settings)
    {
        var (limits, isContainer) = (settings.EdgeLimits, settings.EdgeIsContainer);
        context.AddFile("generated/workers.conf", LimitFiles.Workers(limits, isContainer ? null : OpenFiles.Most()));
        context.AddFile("generated/limits.conf", LimitFiles.Limits(limits));
        context.AddFile("generated/newcomers.conf", LimitFiles.Newcomers(limits));
        context.AddFile("generated/limited.conf", LimitFiles.Limited(context.GetPath(settings.LimitedLog)));
        return Task.CompletedTask;
    }

    private static Task WriteLocations(NginxConfigurationContext context, IEnumerable<EdgeReplica> replicas)
    {
        context.AddFile(
            "generated/replicas.conf", ReplicaLocations.Write(replicas.Select(replica => AsSeenFrom(context, replica))));
        return Task.CompletedTask;
    }

    /// <summary>
    /// A store that nginx's workers may not enter is left out: requests then go to the replica. A path with a dollar would be a
    /// variable.
    /// </summary>
    private static EdgeReplica AsSeenFrom(NginxConfigurationContext context, EdgeReplica replica)
    {
        if (replica is not { Store: { } store, Log: { } log })
        {
            return replica;
        }

        if (!context.MayEnter(store) || store.Contains('$', StringComparison.Ordinal))
        {
            LogOutOfReach(context.Logger, store, replica.Name);
            return replica with { Store = null };
        }

        return replica with { Store = context.GetPath(store), Log = context.GetPath(log) };
    }

    [LoggerMessage(EventId = 700, Level = LogLevel.Warning,
        Message = "nginx's workers may not enter {Folder} (their user is not root): {Service} serves from there itself, at twice the cost")]
    private static partial void LogOutOfReach(ILogger logger, string folder, string service);

    private sealed record ReplicasAnnotation : IResourceAnnotation
    {
        public List<EdgeReplica> Replicas { get; } = [];
    }
}

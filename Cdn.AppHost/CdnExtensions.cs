using Cdn.AppHost.Dashboard;
using Cdn.AppHost.Edge;
using Cdn.AppHost.Running;
using Cdn.AppHost.Settings;
using Cdn.AppHost.Terminal;
using Cdn.Contracts.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdn.AppHost;

/// <summary>Steps of the AppHost that need more than a line.</summary>
internal static class CdnExtensions
{
    /// <summary>Where telemetry goes, as OpenTelemetry names it.</summary>
    private const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// A key that is set (<c>CDN_KEY</c>, or as Aspire has it, <c>Parameters:cdn-key</c>), or is made up for this run. The
    /// first is a name that every shell can set.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddKey(
        this IDistributedApplicationBuilder builder, string name, string variable)
    {
        if (builder.Configuration[variable] is { Length: > 0 } key)
        {
            builder.Configuration[$"Parameters:{name}"] = key;
        }

        return builder.AddParameter(name, new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);
    }

    /// <summary>
    /// What all services have in common: their own program on a port of their own, without a proxy before it, so that a dead one
    /// refuses; the key; a health check; what is set for them. They inherit this environment, in which <c>REPLICA_COUNT</c> is
    /// ours: theirs is for replicas without names.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="kind">What it is: origin, replica or controller.</param>
    /// <param name="port">Its port; null for a free one.</param>
    /// <param name="settings">What is set from outside.</param>
    /// <param name="key">The key between the services.</param>
    public static IResourceBuilder<ProjectResource> AsCdnService(
        this IResourceBuilder<ProjectResource> service,
        string kind,
        int? port,
        CdnSettings settings,
        IResourceBuilder<ParameterResource> key)
    {
        service.WithHttpEndpoint(port: port, isProxied: false)
            .WithServiceHealth()
            .WithEnvironment("CDN_KEY", key)
            .WithEnvironment("REPLICA_COUNT", "")
            .RunsBuiltProgram()
            .WithRestart();
        foreach (var (name, value) in settings.OfService(kind))
        {
            service.WithEnvironment(name, value);
        }

        // Without a dashboard telemetry goes where the user says, and nowhere if that is not said: it costs each request
        // something.
        return settings.HasDashboard
            ? service
            : service.WithEnvironment(CollectorVariable, service.ApplicationBuilder.Configuration[CollectorVariable] ?? "");
    }

    /// <summary>
    /// Has nginx check tickets, and the controllers and replicas verify tokens and give tickets for them, all with the same
    /// secrets. Without <c>TOKENS</c> nothing changes.
    /// </summary>
    public static void UseTokens(
        this IResourceBuilder<NginxResource> edge, CdnSettings settings, IEnumerable<IResourceBuilder<ProjectResource>> verifiers)
    {
        var tokens = settings.Tokens;
        if (!tokens.Guarded.IsOn)
        {
            return;
        }

        var keys = tokens.TicketKeys(TimeProvider.System);
        var secret = edge.ApplicationBuilder.AddParameter("ticket-keys", TicketKeys.Format(keys), secret: true);
        edge.WithTokens(tokens, keys);
        foreach (var service in verifiers)
        {
            service.WithEnvironment("TOKENS", tokens.Text)
                .WithEnvironment("TOKEN_KEYS", tokens.KeyFile)
                .WithEnvironment("TICKET_KEYS", secret)
                .WithEnvironment("REVOKED__" + edge.Resource.Name, tokens.RevokedFolder);
        }
    }

    /// <summary>Says in the terminal how far the fill is, and when nginx is up, where to go and what to try.</summary>
    public static void AddStartReport(
        this IDistributedApplicationBuilder builder,
        IResourceBuilder<NginxResource> edge,
        IResourceBuilder<ProjectResource> controller,
        IResourceBuilder<ParameterResource> operatorKey)
    {
        // One that was set is known to who set it.
        var isMadeUp = string.IsNullOrEmpty(builder.Configuration[$"Parameters:{operatorKey.Resource.Name}"]);
        builder.Services.AddSingleton(new Operator(controller, operatorKey.Resource));
        builder.Services.AddHostedService(services => new StartReport(
            edge,
            services.GetRequiredService<Operator>(),
            isMadeUp ? operatorKey.Resource : null,
            services.GetRequiredService<ResourceNotificationService>(),
            services.GetRequiredService<IConfiguration>(),
            TimeProvider.System));
    }

    /// <summary>Ends the AppHost when the <c>dotnet run</c> around it was killed.</summary>
    public static void AddParentWatch(this IDistributedApplicationBuilder builder) =>
        builder.Services.AddHostedService<ParentWatch>();

    /// <summary>
    /// Leaves in the terminal what a person has to read: what goes wrong. Where things are is said by <see cref="StartReport"/>;
    /// all else is in the dashboard.
    /// </summary>
    public static void AddQuietConsole(this IDistributedApplicationBuilder builder) => builder.Services.AddLogging(logging =>
    {
        logging.AddFilter("Aspire.Hosting", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // What is not up yet is no failure; what stays down is in the dashboard, and keeps the start from ending.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);

        // It warns that no developer certificate is trusted; nginx has another one then.
        logging.AddFilter("Aspire.Hosting.Dcp.DcpHost", LogLevel.Error);
    });
}

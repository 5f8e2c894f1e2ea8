using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Health;

/// <summary>Registers probes and the controller's own health.</summary>
internal static class HealthExtensions
{
    public static void AddReplicaHealth(this IServiceCollection services)
    {
        services.AddProbeClient(ReplicaProber.ClientName).ConfigureHttpClient((provider, client) =>
            client.Timeout = TimeSpan.FromSeconds(
                provider.GetRequiredService<IOptions<ControllerOptions>>().Value.ProbeTimeoutSeconds));
        services.AddSingleton<ReplicaProbes>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplicaProbes>());
        services.AddSingleton<FillHealth>();
        services.AddHealthChecks().AddCheck<FillHealth>("fill");
    }

    public static void MapSummary(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Routes.Summary, (ClusterState cluster, FillHealth health) =>
            TypedResults.Text(Summary.Of(cluster.Current, health.Check(cluster.Current).Status)));
}

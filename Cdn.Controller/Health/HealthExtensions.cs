using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Inventories;
using Cdn.ServiceDefaults.Health;
using Cdn.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Health;

/// <summary>Registers the watching of replicas and the controller's own health.</summary>
internal static class HealthExtensions
{
    public static void AddReplicaHealth(this IServiceCollection services)
    {
        services.AddProbeClient(HeartbeatClient.ClientName).ConfigureHttpClient((provider, client) =>
            client.Timeout = TimeSpan.FromSeconds(
                provider.GetRequiredService<IOptions<ControllerOptions>>().Value.ProbeTimeoutSeconds));
        services.AddProbeClient(InventoryClient.ClientName).ConfigureHttpClient(client => client.Timeout = InventoryClient.Patience);
        services.AddSingleton<HeartbeatClient>();
        services.AddSingleton<InventoryClient>();
        services.AddSingleton<ReplicaMonitors>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplicaMonitors>());
        services.AddSingleton<FillHealth>();
        services.AddHealthChecks()
            .AddCheck<FillHealth>("fill")
            .AddCheck<ReadyHealth>("steering", tags: [HealthEndpoints.ReadyTag]);
    }

    public static void MapSummary(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Routes.Summary, (ClusterState cluster, FillHealth health) =>
            TypedResults.Text(Summary.Of(cluster.Current, health.Check(cluster.Current).Status)));
}

using Cdn.Controller.Catalog;
using Cdn.Controller.Cluster;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Controller.Health;

/// <summary>Healthy when every configured replica is proven to hold what belongs there; else it says how far each one is.</summary>
internal sealed class FillHealth(ClusterState cluster, CatalogReader catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(cluster.Current));

    /// <summary>The same for a snapshot.</summary>
    public HealthCheckResult Check(ClusterSnapshot snapshot)
    {
        if (snapshot.Catalog is not { IsRemembered: false })
        {
            return HealthCheckResult.Unhealthy($"The origin's catalog has not been read yet: {catalog.Failure ?? "just starting"}");
        }

        if (snapshot.Replicas.IsEmpty)
        {
            return HealthCheckResult.Unhealthy("No replica is configured (services:replica1:http:0, or REPLICAS).");
        }

        if (!snapshot.IsPlanned)
        {
            return HealthCheckResult.Unhealthy("It is being planned which video belongs where.");
        }

        var progress = string.Join(", ", snapshot.Replicas.Select((replica, i) =>
            $"{snapshot.Proven(replica).Videos} of {snapshot.Planned(i).Videos} videos on {replica.Name}" +
            (replica.State == ReplicaState.Up ? "" : $" ({replica.State.ToString().ToLowerInvariant()}: {replica.Failure})")));

        return snapshot.Replicas.Select((replica, i) => replica.State == ReplicaState.Up && snapshot.Proven(replica).Videos == snapshot.Planned(i).Videos).All(isWhole => isWhole)
            ? HealthCheckResult.Healthy(progress)
            : HealthCheckResult.Unhealthy(progress);
    }
}

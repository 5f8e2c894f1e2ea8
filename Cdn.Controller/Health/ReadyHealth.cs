using Cdn.Controller.Cluster;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Controller.Health;

/// <summary>
/// Ready when clients can be steered: a catalog is known, read or remembered, and one replica is up. The door opens then; that
/// everything is everywhere is what <see cref="FillHealth"/> waits for.
/// </summary>
internal sealed class ReadyHealth(ClusterState cluster) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(cluster.Current));

    public static HealthCheckResult Check(ClusterSnapshot snapshot)
    {
        if (snapshot.Catalog is null)
        {
            return HealthCheckResult.Unhealthy("No catalog is known yet.");
        }

        var up = snapshot.Replicas.Count(replica => replica.State == ReplicaState.Up);
        return up > 0
            ? HealthCheckResult.Healthy($"{up} of {snapshot.Replicas.Length} replicas are up.")
            : HealthCheckResult.Unhealthy(
                "No replica is up: " + string.Join(", ", snapshot.Replicas.Select(replica => $"{replica.Name} ({replica.Failure})")));
    }
}

using Cdn.Controller.Catalog;
using Cdn.Controller.Cluster;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Controller.Health;

/// <summary>
/// Healthy when every configured replica is proven to hold what belongs there; else it says how far each one is, and what cannot
/// be filled.
/// </summary>
internal sealed class FillHealth(ClusterState cluster, CatalogReader catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(cluster.Current));

    /// <summary>The same for a snapshot.</summary>
    public HealthCheckResult Check(ClusterSnapshot snapshot) => Check(snapshot, catalog.Failure);

    /// <param name="snapshot">What is known.</param>
    /// <param name="originAway">Why the origin cannot be asked; null while it can.</param>
    public static HealthCheckResult Check(ClusterSnapshot snapshot, string? originAway)
    {
        if (snapshot.Catalog is not { IsRemembered: false })
        {
            return HealthCheckResult.Unhealthy($"The origin's catalog has not been read yet: {originAway ?? "just starting"}");
        }

        if (snapshot.Replicas.IsEmpty)
        {
            return HealthCheckResult.Unhealthy("No replica is configured (services:replica1:http:0, or REPLICAS).");
        }

        if (!snapshot.IsPlanned)
        {
            return HealthCheckResult.Unhealthy("It is being planned which video belongs where.");
        }

        var (progress, isWhole) = (new List<string>(), true);
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            progress.Add($"{snapshot.Proven(i).Videos} of {snapshot.Planned(i).Videos} videos on {snapshot.Replicas[i].Name}{WhatIsWrong(snapshot.Replicas[i])}");
            isWhole &= snapshot.IsWhole(i);
        }

        var text = string.Join(", ", progress) + (isWhole || snapshot.Troubles.Count == 0 ? "" : $". {snapshot.Troubles}");
        return isWhole ? HealthCheckResult.Healthy(text) : HealthCheckResult.Unhealthy(text);
    }

    private static string WhatIsWrong(ReplicaView replica) =>
        replica.State != ReplicaState.Up ? $" ({replica.State.ToString().ToLowerInvariant()}: {replica.Failure})"
        : replica.Missed != MissedPurges.None ? " (it has purges to apply)"
        : "";
}

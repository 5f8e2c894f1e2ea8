using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Replica.Store;

/// <summary>Ready while the store can be used.</summary>
internal sealed class StoreHealth(VideoStore store, SpaceBudget budget) : IHealthCheck
{
    /// <summary>Why the store cannot be used; null while it can.</summary>
    public string? Failure { get; set; }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Failure is { } failure
            ? HealthCheckResult.Unhealthy($"The store cannot be used: {failure}")
            : HealthCheckResult.Healthy($"{store.Count} videos, {budget.Reserved} bytes"));
}

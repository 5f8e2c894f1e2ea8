using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Replica.Store;

/// <summary>Ready while the store can be used. A disk that takes nothing more is said, but what is held is still served.</summary>
internal sealed class StoreHealth(VideoStore store, SpaceBudget budget) : IHealthCheck
{
    private int _damaged;

    /// <summary>Why the store cannot be used; null while it can.</summary>
    public string? Failure { get; set; }

    /// <summary>Why nothing can be written to it; null while it can be.</summary>
    public string? NotWritable { get; set; }

    /// <summary>Counts an object that was set aside.</summary>
    public void CountDamaged() => Interlocked.Increment(ref _damaged);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var holds = $"{store.Count} videos, {budget.Reserved} bytes" + (_damaged > 0 ? $", {_damaged} damaged objects set aside" : "");
        return Task.FromResult((Failure, NotWritable) switch
        {
            ({ } failure, _) => HealthCheckResult.Unhealthy($"The store cannot be used: {failure}"),
            (null, { } reason) => HealthCheckResult.Degraded($"{holds}; nothing can be written: {reason}"),
            _ => HealthCheckResult.Healthy(holds),
        });
    }
}

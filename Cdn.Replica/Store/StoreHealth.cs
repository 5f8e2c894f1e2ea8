using Cdn.Replica.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Replica.Store;

/// <summary>
/// Ready while the store can be used. A disk that takes nothing more is said, but what is held is still served.
/// </summary>
internal sealed class StoreHealth(VideoStore store, RoomAccountant room) : IHealthCheck
{
    private int _damaged;

    /// <summary>Why the store cannot be used; null while it can.</summary>
    public string? Failure { get; set; }

    /// <summary>Why nothing can be written to it; null while it can be.</summary>
    public string? NotWritable { get; set; }

    /// <summary>Counts an object that was set aside.</summary>
    public void CountDamaged() => Interlocked.Increment(ref _damaged);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        var holds = $"{store.Current.Count} videos, {room.Used} bytes" + (_damaged > 0 ? $", {_damaged} damaged objects set aside" : "");
        return (Failure, store.Opening, NotWritable) switch
        {
            ({ } failure, _, _) => HealthCheckResult.Unhealthy($"The store cannot be used: {failure}"),
            (_, { } opening, _) => HealthCheckResult.Unhealthy($"The store is being opened: {opening}"),
            (_, _, { } reason) => HealthCheckResult.Degraded($"{holds}; nothing can be written: {reason}"),
            _ when room.Used > room.Capacity =>
                HealthCheckResult.Degraded($"{holds}, which is more than the CAPACITY of {room.Capacity}: nothing is taken until it fits"),
            _ => HealthCheckResult.Healthy(holds),
        };
    }
}

using System.Text.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Door;
using Cdn.Controller.Health;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Purge;

/// <summary>
/// Purges on request: recorded by the origin first, so that no replica that is away can come back with what was purged; then out
/// of the routing snapshot; then off every replica, each of which gives a receipt.
/// </summary>
internal sealed class Purger(
    PurgeClient client, ClusterState cluster, ReplicaMonitors monitors, StoreDoors doors, IOptions<ControllerOptions> options, TimeProvider time)
{
    /// <exception cref="HttpRequestException">The origin did not record it, and nothing was purged.</exception>
    public async Task<PurgeReport> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var log = await client.RecordAsync(request, cancellationToken);
        cluster.SetPurges(log);

        // From here on it happens, whether or not somebody waits for the answer.
        var receipts = await Task.WhenAll(cluster.Current.Replicas.Select(replica => ApplyAsync(replica.Name, log)));
        return new PurgeReport(log.Last, time.GetElapsedTime(started).TotalMilliseconds, [.. receipts]);
    }

    private async Task<PurgeReceipt> ApplyAsync(string replica, PurgeLog log)
    {
        var started = time.GetTimestamp();
        try
        {
            var answer = await client.ApplyAsync(replica, log, CancellationToken.None);
            monitors.AskSoon(replica);
            var result = answer.Applied.LastOrDefault(result => result.Number == log.Last) ?? new PurgeResult(log.Last, 0, 0);
            return Receipt(result.Videos > 0 ? PurgeStatus.Purged : PurgeStatus.NotHeld, result, null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            return Receipt(PurgeStatus.Unreachable, null, e.GetBaseException().Message);
        }

        PurgeReceipt Receipt(PurgeStatus status, PurgeResult? result, string? reason) => new(
            replica, status, result?.Videos ?? 0, result?.Bytes ?? 0, time.GetElapsedTime(started).TotalMilliseconds, reason,
            status == PurgeStatus.Unreachable && doors.Has(replica) ? time.GetUtcNow() + DoorSchedule.GoneWithin(TimeSpan.FromSeconds(options.Value.PurgeGraceSeconds)) : null);
    }
}

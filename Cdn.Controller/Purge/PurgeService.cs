using System.Text.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.SharedKey;

namespace Cdn.Controller.Purge;

/// <summary>
/// Brings replicas that missed a purge up to date when they are back, and has the origin forget what every configured replica has
/// confirmed. All that it knows is in the snapshot, so it may run in several controllers at once.
/// </summary>
internal sealed partial class PurgeService(
    PurgeClient client, ClusterState cluster, ReplicaMonitors monitors, TimeProvider time, ILogger<PurgeService> logger) : BackgroundService
{
    /// <summary>Time between two looks: 500 ms. What is purged on request does not wait for one.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (log, replicas) = (cluster.Current.Purges, cluster.Current.Replicas);
            var behind = replicas.Where(replica => replica.State == ReplicaState.Up && IsBehind(replica, log)).ToList();
            await Task.WhenAll(behind.Select(replica => BringUpAsync(replica.Name, log, stoppingToken)));
            if (!log.Open.IsEmpty && replicas.All(replica => !IsBehind(replica, log)))
            {
                await CloseAsync(log, stoppingToken);
            }
        }
    }

    private static bool IsBehind(ReplicaView replica, PurgeLog log) => log.AppliedBy(replica.Mark) < log.Last;

    private async Task BringUpAsync(string replica, PurgeLog log, CancellationToken cancellationToken)
    {
        try
        {
            await client.ApplyAsync(replica, log, cancellationToken);
            LogBroughtUp(logger, replica, log.Last);
            monitors.AskSoon(replica);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogBehind(logger, replica, e.Message);
        }
    }

    private async Task CloseAsync(PurgeLog log, CancellationToken cancellationToken)
    {
        try
        {
            cluster.SetPurges(await client.CloseAsync(log, cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogNotClosed(logger, e.Message);
        }
    }

    [LoggerMessage(EventId = 540, Level = LogLevel.Information, Message = "{Replica} has applied all purges up to number {Number}")]
    private static partial void LogBroughtUp(ILogger logger, string replica, long number);

    [LoggerMessage(EventId = 541, Level = LogLevel.Warning, Message = "{Replica} has missed purges and did not apply them: {Reason}")]
    private static partial void LogBehind(ILogger logger, string replica, string reason);

    [LoggerMessage(EventId = 542, Level = LogLevel.Debug, Message = "The origin keeps purges that every replica has confirmed: {Reason}")]
    private static partial void LogNotClosed(ILogger logger, string reason);
}

/// <summary>Registers purges.</summary>
internal static class PurgeExtensions
{
    public static void AddPurges(this IServiceCollection services)
    {
        services.AddSingleton<PurgeClient>();
        services.AddSingleton<Purger>();
        services.AddProbeClient(PurgeClient.ClientName).ConfigureHttpClient(client => client.Timeout = PurgeClient.Patience).AddSharedKey();
        services.AddHostedService<PurgeService>();
    }
}

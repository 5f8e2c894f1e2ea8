using Cdn.Controller.Cluster;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Door;

/// <summary>
/// Sees to it that what is purged is gone at the door, too: nginx serves from stores without asking their replicas, so it would
/// go on while one of them is frozen.
/// </summary>
internal sealed partial class DoorService(
    ClusterState cluster, StoreDoors doors, IOptions<ControllerOptions> options, TimeProvider time, ILogger<DoorService> logger)
    : BackgroundService
{
    private readonly DoorSchedule _schedule = new(TimeSpan.FromSeconds(options.Value.PurgeGraceSeconds), time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(DoorSchedule.LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (log, replicas) = (cluster.Current.Purges, cluster.Current.Replicas);
            foreach (var replica in replicas.Where(replica => doors.Has(replica.Name)))
            {
                var isBehind = log.AppliedBy(replica.Mark) < log.Last;
                if (_schedule.MayServe(replica.Name, isBehind, replica.State == ReplicaState.Up) is { } mayServe)
                {
                    Set(replica.Name, mayServe);
                }
            }
        }
    }

    private void Set(string replica, bool mayServe)
    {
        try
        {
            if (doors.Set(replica, mayServe))
            {
                (mayServe ? (Action<ILogger, string>)LogOpened : LogClosed)(logger, replica);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(logger, replica, e.Message);
        }
    }

    [LoggerMessage(EventId = 560, Level = LogLevel.Warning,
        Message = "{Replica} does not answer, and a purge waits for it: nginx does not serve from its store any more")]
    private static partial void LogClosed(ILogger logger, string replica);

    [LoggerMessage(EventId = 561, Level = LogLevel.Information, Message = "{Replica} has applied all purges: nginx serves from its store again")]
    private static partial void LogOpened(ILogger logger, string replica);

    [LoggerMessage(EventId = 562, Level = LogLevel.Error, Message = "nginx cannot be kept out of, or let into, the store of {Replica}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string replica, string reason);
}

/// <summary>Registers the ways into the stores.</summary>
internal static class DoorExtensions
{
    public static void AddDoors(this IServiceCollection services)
    {
        services.AddSingleton<StoreDoors>();
        services.AddHostedService<DoorService>();
    }
}

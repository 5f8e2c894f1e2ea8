using Cdn.Replica.Store;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Intake;

/// <summary>Removes from time to time what has broken off and nobody goes on with.</summary>
internal sealed partial class IntakeCleaner(
    VideoIntake intake, VideoStore store, IOptions<ReplicaOptions> options, TimeProvider time, ILogger<IntakeCleaner> logger) : BackgroundService
{
    /// <summary>Time between two looks: 1 h.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (store.Opening is null)
                {
                    intake.RemoveAbandoned(TimeSpan.FromHours(options.Value.IncomingHours));
                }
            }
            catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
            {
                LogFailed(logger, e.Message);
            }
        }
    }

    [LoggerMessage(EventId = 351, Level = LogLevel.Warning, Message = "What has broken off could not be removed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}

using Cdn.ServiceDefaults;
using Microsoft.Data.Sqlite;

namespace Cdn.Replica.Store;

/// <summary>Opens the store before the first request, and notices while the replica runs that its folder was taken away.</summary>
internal sealed partial class StoreService(
    VideoStore store, StoreLayout layout, StoreHealth health, Reconciler reconciler, TimeProvider time, ILogger<StoreService> logger)
    : BackgroundService
{
    /// <summary>Time between two removals of abandoned pushes: 1 h.</summary>
    private static readonly TimeSpan CleanUpEvery = TimeSpan.FromHours(1);

    /// <summary>Time between two looks at the folder: 1 s.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <exception cref="OperatorException">The store cannot be opened.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            store.Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new OperatorException(
                $"CACHE_DIR {layout.Root} cannot be used (is another replica running on it?): {e.Message.TrimEnd('.')}.", e);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        var cleanedUp = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (store.IsUsable())
                {
                    health.NotWritable = StoreFile.WhyNotWritable(layout);
                    if (time.GetElapsedTime(cleanedUp) > CleanUpEvery)
                    {
                        cleanedUp = time.GetTimestamp();
                        reconciler.RemoveAbandoned();
                    }

                    continue;
                }

                if (health.Failure is null)
                {
                    LogTakenAway(logger, layout.Root);
                }

                store.Reopen();
                health.Failure = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
            {
                health.Failure = e.Message;
            }
        }
    }

    [LoggerMessage(EventId = 320, Level = LogLevel.Error, Message = "The store {Folder} was taken away; starting again with what is there")]
    private static partial void LogTakenAway(ILogger logger, string folder);
}

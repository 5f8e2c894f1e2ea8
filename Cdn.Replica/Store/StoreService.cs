using Cdn.Replica.State;
using Cdn.ServiceDefaults;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>
/// Opens the store while the service begins to listen: a small one is open by then, a large one says how far it is. Afterwards it
/// notices that the folder was taken away.
/// </summary>
internal sealed partial class StoreService(
    VideoStore store, StoreLifetime lifetime, StoreContext context, StoreHealth health, TimeProvider time, ILogger<StoreService> logger)
    : BackgroundService
{
    /// <summary>Time between two looks at the folder: 1 s.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Time that the start waits for the store: 1 s, in which some 100,000 objects are opened.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(1);

    private Task _opening = Task.CompletedTask;

    /// <exception cref="OperatorException">The store cannot be opened.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            lifetime.Claim();
            _opening = lifetime.OpenAsync();
            await Task.WhenAny(_opening, Task.Delay(StartWithin, time, cancellationToken));
            if (_opening.IsCompleted)
            {
                await _opening;
            }
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            throw new OperatorException(
                $"CACHE_DIR {context.Layout.Root} cannot be used (is another replica running on it?): {e.Message.TrimEnd('.')}.", e);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(() => _opening);
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(LookAsync);
        }
    }

    private async Task LookAsync()
    {
        if (store.Opening is null && lifetime.IsThere())
        {
            health.NotWritable = StoreFiles.WhyNotWritable(context.Layout);
            await MakeFitAsync();
            return;
        }

        if (health.Failure is null)
        {
            LogTakenAway(logger, context.Layout.Root);
        }

        await lifetime.ReopenAsync();
        health.Failure = null;
    }

    /// <summary>What is more than the capacity has to go, as far as it was only pulled.</summary>
    private async Task MakeFitAsync()
    {
        var tooMuch = Math.Min(context.Room.Used - context.Room.Capacity, context.Room.Pulled);
        if (tooMuch > 0)
        {
            await store.EvictAsync(tooMuch);
        }
    }

    private async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            health.Failure = e.Message;
            store.Opening = $"the store cannot be opened: {e.Message}";
        }
    }

    [LoggerMessage(EventId = 320, Level = LogLevel.Error, Message = "The store {Folder} was taken away; starting again with what is there")]
    private static partial void LogTakenAway(ILogger logger, string folder);
}

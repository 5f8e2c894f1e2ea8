namespace Cdn.Controller.Tokens;

/// <summary>Tidies what is revoked once a minute.</summary>
internal sealed partial class RevocationSweeper(
    Revocations revocations, TimeProvider time, ILogger<RevocationSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!revocations.HasDoors)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, time);
        do
        {
            foreach (var away in revocations.Tidy().Away)
            {
                LogAway(logger, away.Door, away.Reason);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 566, Level = LogLevel.Error, Message = "What is revoked cannot be brought to {Door}: {Reason}")]
    private static partial void LogAway(ILogger logger, string door, string? reason);
}

/// <summary>Registers revocations.</summary>
internal static class RevocationExtensions
{
    public static void AddRevocations(this IServiceCollection services)
    {
        services.AddSingleton<Revocations>();
        services.AddHostedService<RevocationSweeper>();
    }
}

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
            try
            {
                revocations.Tidy();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 566, Level = LogLevel.Error, Message = "What is revoked cannot be brought to every door: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
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

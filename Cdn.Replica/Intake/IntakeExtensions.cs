namespace Cdn.Replica.Intake;

/// <summary>Taking content in.</summary>
internal static class IntakeExtensions
{
    public static void AddIntake(this IServiceCollection services)
    {
        services.AddSingleton<EvictionMetrics>();
        services.AddSingleton<Room>();
        services.AddSingleton<EarlyTurns>();
        services.AddSingleton<VideoIntake>();
        services.AddSingleton<Supply>();
        services.AddHostedService<IntakeCleaner>();
    }
}

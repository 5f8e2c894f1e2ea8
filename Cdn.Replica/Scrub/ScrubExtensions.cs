namespace Cdn.Replica.Scrub;

/// <summary>Integrity at rest.</summary>
internal static class ScrubExtensions
{
    public static void AddScrub(this IServiceCollection services)
    {
        services.AddSingleton<ScrubMetrics>();
        services.AddHostedService<Scrubber>();
    }
}

using Cdn.ServiceDefaults.Http;

namespace Cdn.Replica.Pull;

/// <summary>Fetching what is asked for and not held.</summary>
internal static class PullExtensions
{
    public static void AddPull(this IServiceCollection services)
    {
        services.AddPushClient(OriginClient.ClientName);
        services.AddSingleton<OriginClient>();
        services.AddSingleton<Download>();
        services.AddSingleton<NegativeCache>();
        services.AddSingleton<PullMetrics>();
        services.AddSingleton<Puller>();
        services.AddSingleton<PassThrough>();
    }
}

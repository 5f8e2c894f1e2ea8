using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.SharedKey;

namespace Cdn.Replica.Pull;

/// <summary>Fetching what is asked for and not held.</summary>
internal static class PullExtensions
{
    public static void AddPull(this IServiceCollection services)
    {
        services.AddPushClient(OriginClient.ClientName);
        services.AddAskingClient(OriginClient.DoubtingName).AddSharedKey();
        services.AddSingleton<OriginClient>();
        services.AddSingleton<Download>();
        services.AddSingleton<NegativeCache>();
        services.AddSingleton<PullMetrics>();
        services.AddSingleton<Puller>();
        services.AddSingleton<PassThrough>();
    }
}

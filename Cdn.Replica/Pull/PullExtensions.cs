using System.Diagnostics.Metrics;
using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.Limiting;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Pull;

/// <summary>Fetching what is asked for and not held.</summary>
internal static class PullExtensions
{
    /// <summary>Seconds for which a client may have saved up what it may ask for: 30.</summary>
    private const double BurstSeconds = 30;

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
        services.AddSingleton(provider => new LimitMetrics(provider.GetRequiredService<IMeterFactory>(), "Cdn.Replica"));
        services.AddSingleton(provider =>
        {
            var perSecond = provider.GetRequiredService<IOptions<ReplicaOptions>>().Value.PullsPerSecond;
            return new ClientBudgets(
                perSecond, (int)Math.Max(1, BurstSeconds * perSecond), provider.GetRequiredService<TimeProvider>());
        });
    }
}

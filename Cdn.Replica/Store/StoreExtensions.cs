using Cdn.Replica.State;
using Cdn.ServiceDefaults.Health;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Store;

/// <summary>Registers the store.</summary>
internal static class StoreExtensions
{
    public static void AddStore(this IServiceCollection services)
    {
        services.AddSingleton<StoreLayout>();
        services.AddSingleton(provider => new RoomAccountant(
            provider.GetRequiredService<IOptions<ReplicaOptions>>().Value.Limits,
            () => DiskSpace.Of(provider.GetRequiredService<StoreLayout>().Root)));
        services.AddSingleton<StoreContext>();
        services.AddSingleton<StoreWriter>();
        services.AddSingleton<VideoStore>();
        services.AddSingleton<IndexRebuilder>();
        services.AddSingleton<StoreOpener>();
        services.AddSingleton<StoreLifetime>();
        services.AddSingleton<StoreHealth>();
        services.AddHostedService<StoreService>();
        services.AddHealthChecks().AddCheck<StoreHealth>("store", tags: [HealthEndpoints.ReadyTag]);
    }
}

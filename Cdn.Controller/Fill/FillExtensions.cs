using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.SharedKey;

namespace Cdn.Controller.Fill;

/// <summary>Registers the filling of replicas.</summary>
internal static class FillExtensions
{
    public static void AddFill(this IServiceCollection services)
    {
        services.AddSingleton<FillMetrics>();
        services.AddSingleton<FillClient>();
        services.AddPushClient(FillClient.ClientName).AddSharedKey();
        services.AddSingleton<FillExecutor>();
        services.AddHostedService(provider => provider.GetRequiredService<FillExecutor>());
    }
}

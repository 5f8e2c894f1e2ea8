using Cdn.Contracts;

namespace Cdn.Replica.Demand;

/// <summary>What this replica was asked for lately.</summary>
internal static class DemandEndpoints
{
    public static void AddDemand(this IServiceCollection services) => services.AddSingleton<RecentDemand>();

    public static void MapDemand(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Routes.Demand, (RecentDemand demand) => TypedResults.Ok(demand.Report()));
}

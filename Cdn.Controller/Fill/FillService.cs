using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Fill;

/// <summary>Fills all replicas at the same time, bounded per replica and overall.</summary>
internal sealed class FillService(
    ReplicaDirectory replicas,
    ClusterState cluster,
    ReplicaProbes probes,
    FillClient client,
    PushBoard board,
    IOptions<ControllerOptions> options,
    TimeProvider time,
    ILogger<ReplicaFiller> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var slots = new SemaphoreSlim(options.Value.FillTotal, options.Value.FillTotal);
        var fillers = replicas.Names
            .Select(name => new ReplicaFiller(name, cluster, probes, client, board, slots, options.Value, time, logger))
            .ToList();
        try
        {
            await Task.WhenAll(fillers.Select(filler => filler.RunAsync(stoppingToken)));
        }
        finally
        {
            fillers.ForEach(filler => filler.Dispose());
        }
    }
}

/// <summary>Registers the filling of replicas.</summary>
internal static class FillExtensions
{
    public static void AddFill(this IServiceCollection services)
    {
        services.AddSingleton<FillMetrics>();
        services.AddSingleton<FillClient>();
        services.AddSingleton<PushBoard>();
        services.AddPushClient(FillClient.PushClientName).AddSharedKey();
        services.AddAskingClient(FillClient.DropClientName).AddSharedKey();
        services.AddHostedService<FillService>();
    }
}

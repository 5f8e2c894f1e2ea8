using System.Net.Http.Json;
using System.Text.Json;
using Cdn.AppHost.Services;
using Cdn.Contracts;
using Microsoft.Extensions.Hosting;

namespace Cdn.AppHost.Dashboard;

/// <summary>
/// Asks the replicas whether they drain, and shows it as their state. They are asked themselves: who drains one may be the
/// dashboard, the operator's API, or somebody before the last restart. The orchestrator sets the state back whenever it has
/// something to say.
/// </summary>
internal sealed class DrainWatcher(
    DistributedApplicationModel model, ResourceNotificationService notifications, TimeProvider time)
    : BackgroundService
{
    /// <summary>Time between two looks: 1 s.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Time to answer: 2 s. Who does not is shown as before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks one replica now.</summary>
    public async Task LookAsync(IResourceWithEndpoints replica, CancellationToken cancellationToken)
    {
        if (!notifications.TryGetCurrentState(replica.Name, out var seen) || !ReplicaStates.IsUp(seen.Snapshot.State?.Text))
        {
            return;
        }

        try
        {
            using var http = ServiceHttp.CreateClient(replica.GetEndpoint("http"), Patience);
            var answer = await http.GetFromJsonAsync(Routes.Drain, WireJson.Default.DrainAnswer, cancellationToken);
            await notifications.PublishUpdateAsync(replica, snapshot => ReplicaStates.Show(snapshot, answer!.Draining));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It starts, ends, or is frozen: its health says so.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var replicas = model.Resources.OfType<IResourceWithEndpoints>()
            .Where(resource => resource.HasAnnotationOfType<DrainsAnnotation>()).ToList();
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Task.WhenAll(replicas.Select(replica => LookAsync(replica, stoppingToken)));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }
}

/// <summary>Marks what can drain.</summary>
internal sealed class DrainsAnnotation : IResourceAnnotation;

using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Nginx.Running;

/// <summary>Ends the workers of a local nginx whose master was killed, so that the orchestrator sees its end.</summary>
internal sealed class NginxMasterWatch(
    NginxResource nginx, ResourceNotificationService notifications, TimeProvider time) : BackgroundService
{
    /// <summary>Time between two looks: 0.25 s. A look asks whether a folder is there.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.25);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux() || nginx.IsContainer)
        {
            return;
        }

        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (MasterOfRunningNginx() is { } master && !Directory.Exists($"/proc/{master}"))
            {
                NginxOrphans.End(nginx.RunDirectory!);
            }
        }
    }

    private int? MasterOfRunningNginx() =>
        notifications.TryGetCurrentState(nginx.Name, out var state) && state.Snapshot.State?.Text == KnownResourceStates.Running
            ? state.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value as int?
            : null;
}

using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Hosting;

/// <summary>Asks the health checks of a resource while its process runs, and publishes what they say.</summary>
internal sealed class HealthMonitor(HealthCheckService checks, ResourceNotificationService notifications, TimeProvider time)
{
    /// <summary>While not healthy: 250 ms at first, so that a start is noticed at once, then up to 1 s.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <summary>While healthy.</summary>
    private static readonly TimeSpan HealthyDelay = TimeSpan.FromSeconds(5);

    /// <summary>The checks of a resource before any of them was asked.</summary>
    public static ImmutableArray<HealthReportSnapshot> Unknown(IResource resource) =>
        [.. Keys(resource).Select(key => new HealthReportSnapshot(key, null, null, null))];

    /// <summary>Runs until cancelled; calls back each time the checks turn healthy or cease to be.</summary>
    public async Task RunAsync(IResource resource, Action<bool> changed, CancellationToken cancellationToken)
    {
        var keys = Keys(resource).ToHashSet();
        if (keys.Count == 0)
        {
            changed(true);
            return;
        }

        var healthy = false;
        var delay = FirstDelay;
        while (!cancellationToken.IsCancellationRequested)
        {
            var report = await checks.CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken).ConfigureAwait(false);
            var reports = keys.Select(key => Snapshot(key, report)).ToImmutableArray();
            await notifications.PublishUpdateAsync(resource, s => s with { HealthReports = reports }).ConfigureAwait(false);
            var now = reports.All(r => r.Status == HealthStatus.Healthy);
            if (now != healthy)
            {
                healthy = now;
                delay = FirstDelay;
                changed(now);
            }

            await Task.Delay(healthy ? HealthyDelay : delay, time, cancellationToken).ConfigureAwait(false);
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks));
        }
    }

    private static IEnumerable<string> Keys(IResource resource) => resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key);

    private static HealthReportSnapshot Snapshot(string key, HealthReport report) =>
        report.Entries.TryGetValue(key, out var entry)
            ? new HealthReportSnapshot(key, entry.Status, entry.Description, entry.Exception?.ToString())
            : new HealthReportSnapshot(key, HealthStatus.Unhealthy, $"No health check is registered as '{key}'.", null);
}

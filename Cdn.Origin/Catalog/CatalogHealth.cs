using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Origin.Catalog;

/// <summary>Ready once the first catalog is published; degraded while the folder cannot be scanned.</summary>
internal sealed class CatalogHealth(PublishedCatalog published) : IHealthCheck
{
    private volatile string? _failure;

    public void Succeeded() => _failure = null;

    /// <summary>Notes why a scan failed. Returns whether that is news.</summary>
    public bool Failed(string reason)
    {
        var isNews = _failure != reason;
        _failure = reason;
        return isNews;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((published.Current, _failure) switch
        {
            (null, null) => HealthCheckResult.Unhealthy("The first scan of VIDEO_DIR is still running."),
            (null, var reason) => HealthCheckResult.Unhealthy($"VIDEO_DIR cannot be scanned: {reason}"),
            (var current, null) => HealthCheckResult.Healthy($"{current.Catalog.Videos.Length} videos, revision {current.Catalog.Revision}"),
            (_, var reason) => HealthCheckResult.Degraded($"VIDEO_DIR cannot be scanned, the last catalog stays: {reason}"),
        });
}

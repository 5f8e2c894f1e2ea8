using Cdn.Origin.Hashing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Origin.Catalog;

/// <summary>Ready once the first catalog is published; degraded while something of the folder cannot be seen.</summary>
internal sealed class CatalogHealth(PublishedCatalog published, FolderState state, HashQueue queue) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(published.Current, state.Current, queue.Backlog()));

    /// <summary>The same of what is known.</summary>
    public static HealthCheckResult Check(CatalogSnapshot? catalog, FolderSnapshot folder, HashBacklog backlog)
    {
        var hashing = backlog.Oldest is null
            ? ""
            : $", {backlog.Waiting + backlog.Running} files to hash ({backlog.Bytes:N0} bytes wait; the oldest for {backlog.OldestSeconds:0} s)";
        var troubles = string.Join("; ", folder.Troubles);
        if (catalog is null)
        {
            return HealthCheckResult.Unhealthy(
                folder.Troubles.IsEmpty ? $"The first scan of VIDEO_DIR is still running{hashing}." : $"The first scan of VIDEO_DIR is not through: {troubles}{hashing}");
        }

        var watching = folder.Watching == "inotify" ? "" : $", scanned from time to time: {folder.Watching}";
        var summary = $"{catalog.Files.Count} videos, revision {catalog.Revision}{hashing}{watching}";
        return folder.Troubles.IsEmpty ? HealthCheckResult.Healthy(summary) : HealthCheckResult.Degraded($"{troubles}; {summary}");
    }
}

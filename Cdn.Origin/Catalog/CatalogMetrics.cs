using System.Diagnostics.Metrics;
using Cdn.Origin.Hashing;

namespace Cdn.Origin.Catalog;

/// <summary>How the folder is, in numbers.</summary>
internal sealed class CatalogMetrics
{
    public CatalogMetrics(IMeterFactory meters, FolderState state, HashQueue queue, HashWorkers workers)
    {
        var meter = meters.Create("Cdn.Origin");
        meter.CreateObservableGauge("cdn.folder.files", () => state.Current.Files, "{file}", "Files that are published, or would be if not blocked.");
        meter.CreateObservableGauge("cdn.folder.ignored", () => state.Current.IgnoredTotal, "{file}", "Files that are not published.");
        meter.CreateObservableGauge("cdn.folder.troubles", () => state.Current.Troubles.Length, "{trouble}", "What cannot be listed, is missing, or hangs.");
        meter.CreateObservableGauge("cdn.folder.scan.duration", () => state.Current.ScanTook?.TotalSeconds ?? 0, "s", "What the last scan took.");
        meter.CreateObservableCounter("cdn.folder.lost_events", () => state.Current.LostEvents, "{time}", "How often the kernel lost events.");
        meter.CreateObservableGauge("cdn.hash.waiting", () => queue.Backlog().Waiting, "{file}", "Files that wait to be hashed.");
        meter.CreateObservableGauge("cdn.hash.waiting.size", () => queue.Backlog().Bytes, "By", "Bytes of them.");
        meter.CreateObservableGauge("cdn.hash.oldest", () => queue.Backlog().OldestSeconds, "s", "Age of the oldest one that is not hashed.");
        meter.CreateObservableCounter("cdn.hash.read", () => workers.HashedBytes, "By", "Bytes that were hashed.");
    }
}

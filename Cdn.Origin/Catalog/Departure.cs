using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>
/// A published file that is not where it was. Its removal waits until everything was looked at that was asked about when it was
/// noticed: if it
/// is there under another name, both belong into one change.
/// </summary>
/// <param name="Entry">The file.</param>
/// <param name="Name">The name that it had.</param>
/// <param name="Wave">The batch of events that it was noticed by; 0 for a scan.</param>
/// <param name="At">When.</param>
internal sealed record Departure(FileEntry Entry, VideoName Name, long Wave, long At)
{
    /// <summary>
    /// The last batch of events that may tell of the other half of a rename; null until the time for that is over. The two halves may come
    /// in two batches.
    /// </summary>
    public long? Horizon { get; set; }

    /// <summary>Files that have its content under other names: they are published in the change that removes it.</summary>
    public List<FileEntry> Successors { get; } = [];
}

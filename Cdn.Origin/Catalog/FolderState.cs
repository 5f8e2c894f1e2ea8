using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>How the folder is, as it was seen last.</summary>
/// <param name="Files">Files that are published, or would be.</param>
/// <param name="Watching">How changes are noticed.</param>
/// <param name="ScanTook">What the last scan took; null before the first.</param>
/// <param name="Troubles">What cannot be listed, is missing, or hangs.</param>
/// <param name="IgnoredTotal">How much is left out.</param>
/// <param name="Ignored">The first of it.</param>
/// <param name="LostEvents">How often the kernel lost events.</param>
internal sealed record FolderSnapshot(
    int Files,
    string Watching,
    TimeSpan? ScanTook,
    ImmutableArray<string> Troubles,
    int IgnoredTotal,
    ImmutableArray<IgnoredFile> Ignored,
    int LostEvents);

/// <summary>Holds the latest one for those who ask.</summary>
internal sealed class FolderState
{
    private volatile FolderSnapshot _current = new(0, "not yet", null, [], 0, [], 0);

    public FolderSnapshot Current => _current;

    public void Set(FolderSnapshot snapshot) => _current = snapshot;
}

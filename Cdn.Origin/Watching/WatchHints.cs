namespace Cdn.Origin.Watching;

/// <summary>
/// What happened to a name since it was looked at last. What the name stands for is for a look to say: these are hints.
/// </summary>
[Flags]
internal enum WatchHints
{
    /// <summary>Something: look.</summary>
    None = 0,

    /// <summary>It was renamed into place.</summary>
    MovedIn = 1,

    /// <summary>It was created or linked.</summary>
    Created = 2,

    /// <summary>It was written to, or closed by somebody who had it open for writing.</summary>
    Written = 4,
}

/// <summary>Everything that happened since the last batch was taken.</summary>
/// <param name="Events">By folder and name; an empty name stands for the folder itself.</param>
/// <param name="IsOverflow">The kernel lost events: everything has to be looked at.</param>
internal sealed record WatchBatch(Dictionary<(object Folder, string Leaf), WatchHints> Events, bool IsOverflow)
{
    public bool IsEmpty => Events.Count == 0 && !IsOverflow;
}

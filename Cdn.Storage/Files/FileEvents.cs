namespace Cdn.Storage.Files;

/// <summary>What happened to an entry of a watched folder, or to the folder: the bits of inotify(7).</summary>
[Flags]
public enum FileEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its bytes were written.</summary>
    Written = 0x2,

    /// <summary>Its mode, owner, times or number of links changed.</summary>
    Attributes = 0x4,

    /// <summary>Somebody who had it open for writing has closed it.</summary>
    Closed = 0x8,

    /// <summary>It went away.</summary>
    MovedAway = 0x40,

    /// <summary>Something came in its place.</summary>
    MovedHere = 0x80,

    /// <summary>It was made.</summary>
    Created = 0x100,

    /// <summary>It was deleted.</summary>
    Deleted = 0x200,

    /// <summary>The folder was deleted.</summary>
    FolderDeleted = 0x400,

    /// <summary>The folder was moved.</summary>
    FolderMoved = 0x800,

    /// <summary>The file system of the folder was taken away.</summary>
    Unmounted = 0x2000,

    /// <summary>More happened than the kernel could note down: anything may have changed.</summary>
    Lost = 0x4000,

    /// <summary>The folder is not watched any more, because it is gone or somebody has said so.</summary>
    Ended = 0x8000,
}

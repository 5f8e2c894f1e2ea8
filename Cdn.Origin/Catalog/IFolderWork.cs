using Cdn.Origin.Hashing;
using Cdn.Origin.Listing;

namespace Cdn.Origin.Catalog;

/// <summary>What the model has others do: everything that may take time.</summary>
internal interface IFolderWork
{
    /// <summary>Asks the file system.</summary>
    void Ask(FolderLook look);

    /// <summary>Has a file read.</summary>
    void Read(HashJob job);

    /// <summary>Nobody waits for a reading any more.</summary>
    void Cancel(HashJob job);

    /// <summary>A folder is gone.</summary>
    void Unwatch(Folder folder);
}

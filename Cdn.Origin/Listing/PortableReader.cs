using System.IO.Enumeration;
using Cdn.Origin.Files;

namespace Cdn.Origin.Listing;

/// <summary>
/// The same on other systems than Linux, where .NET tells name, size and time. Links are left out: what they lead to cannot be
/// told.
/// </summary>
internal static class PortableReader
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    public static FolderListing Read(FolderLook look, VideoRoot root)
    {
        try
        {
            var entries = new FileSystemEnumerable<FolderEntry>(
                root.PathOf(look.Path), (ref FileSystemEntry entry) => Describe(ref entry), Everything);
            return new FolderListing(look, [], [.. entries.Where(entry => look.Names?.Contains(entry.Leaf) != false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FolderListing(look, [], [], e.Message, e is DirectoryNotFoundException);
        }
    }

    private static FolderEntry Describe(ref FileSystemEntry entry)
    {
        var name = entry.FileName.ToString();
        if (NameRules.WhyLeftOut(name) is { } reason)
        {
            return new FolderEntry(name, EntryKind.LeftOut, default, Reason: reason);
        }

        if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            return new FolderEntry(name, EntryKind.LeftOut, default, IsLink: true, "it is a link");
        }

        var modified = (entry.LastWriteTimeUtc.UtcDateTime - DateTime.UnixEpoch).Ticks;
        return new FolderEntry(
            name, entry.IsDirectory ? EntryKind.Folder : EntryKind.Video, new FileIdentity(0, 0, entry.IsDirectory ? 0 : entry.Length, modified, 0));
    }
}

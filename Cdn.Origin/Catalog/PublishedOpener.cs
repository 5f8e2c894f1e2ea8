using Cdn.Origin.Files;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Origin.Catalog;

/// <summary>Opens published files, as long as they are those that were published.</summary>
internal sealed class PublishedOpener(VideoRoot root)
{
    /// <summary>Opens a file; null, and why, if it is not there any more, or another one.</summary>
    public SafeFileHandle? Open(PublishedVideo published, out OpenFailure failure)
    {
        var file = root.Open(published.Video.Name.Value, out var status, out failure);
        var (seen, expected) = (FileIdentity.Of(status), published.Identity);
        if (file is null || (expected.Inode == 0 ? expected.Resembles(seen) : expected.IsSameFile(seen)))
        {
            return file;
        }

        file.Dispose();
        failure = Changed;
        return null;
    }

    /// <summary>It is another version than the one that was published.</summary>
    public static readonly OpenFailure Changed = new("it has changed since it was published");
}

using System.Collections.Immutable;
using Cdn.Origin.Files;
using Cdn.Storage.Files;

namespace Cdn.Origin.Listing;

/// <summary>
/// Answers a <see cref="FolderLook"/> on Linux. It may take as long as the file system does: it runs on threads of its own.
/// </summary>
internal sealed unsafe class FolderReader(VideoRoot root)
{
    /// <summary>Links to folders on one path: 2. Folders that link to each other would otherwise be listed without end.</summary>
    public const int MostLinks = 2;

    private const string NotUtf8 = "its name is not UTF-8";

    /// <summary>
    /// DT_UNKNOWN, DT_DIR, DT_REG and DT_LNK of <c>dirent.h</c>, and where in <c>struct dirent</c> kind and name are.
    /// </summary>
    private const byte IsFolder = 4;
    private const int KindOffset = 18;
    private const int NameOffset = 19;

    public FolderListing Read(FolderLook look)
    {
        if (!OperatingSystem.IsLinux())
        {
            return PortableReader.Read(look, root);
        }

        var devices = Devices(look.Path);
        var found = root.Find(look.Path, out var status, out var failure);
        if (found < 0)
        {
            return new FolderListing(look, devices, [], failure.Reason, failure.IsGone || failure.IsForbidden);
        }

        try
        {
            if (status.Kind != FileKind.Folder)
            {
                return new FolderListing(look, devices, [], "it is no folder any more", IsGone: true);
            }

            var folder = VideoRoot.Reopen(found, Descriptors.ReadOnly | Descriptors.NonBlocking | Descriptors.FolderOnly);
            return folder < 0 ? Failed(look, devices)
                : look.Names is { } names ? ReadNames(look, names, devices, folder)
                : ReadAll(look, devices, folder);
        }
        finally
        {
            _ = Descriptors.Close(found);
        }
    }

    private static FolderListing Failed(FolderLook look, ImmutableArray<ulong> devices)
    {
        var failure = OpenFailure.Of(Descriptors.LastError);
        return new FolderListing(look, devices, [], failure.Reason, failure.IsGone);
    }

    /// <summary>From the root down; shorter where a folder is not there.</summary>
    private ImmutableArray<ulong> Devices(string path)
    {
        var devices = ImmutableArray.CreateBuilder<ulong>();
        for (var end = 0; end >= 0 && end <= path.Length; end = Next(path, end))
        {
            if (FileStat.OfKnownTarget(VideoRoot.ToBytes(root.PathOf(path[..end])), out var status) != 0)
            {
                break;
            }

            devices.Add(status.Device);
        }

        return devices.ToImmutable();
    }

    private static int Next(string path, int end)
    {
        if (end == path.Length)
        {
            return -1;
        }

        var slash = path.IndexOf('/', end + 1);
        return slash < 0 ? path.Length : slash;
    }

    private FolderListing ReadNames(FolderLook look, ImmutableArray<string> names, ImmutableArray<ulong> devices, int folder)
    {
        var entries = new List<FolderEntry>();
        try
        {
            foreach (var name in names)
            {
                Look(look, folder, VideoRoot.ToBytes(name), name, isFolder: false, entries);
            }

            return new FolderListing(look, devices, entries);
        }
        finally
        {
            _ = Descriptors.Close(folder);
        }
    }

    private FolderListing ReadAll(FolderLook look, ImmutableArray<ulong> devices, int folder)
    {
        var stream = Descriptors.OpenFolder(folder); // Owns the descriptor from now on.
        if (stream == 0)
        {
            var failed = Failed(look, devices);
            _ = Descriptors.Close(folder);
            return failed;
        }

        try
        {
            var entries = new List<FolderEntry>();
            while (true)
            {
                var entry = Descriptors.ReadFolder(stream);
                if (entry == null)
                {
                    // An end that is an error must not look like an empty folder.
                    return Descriptors.LastError == 0 ? new FolderListing(look, devices, entries) : Failed(look, devices);
                }

                var name = new ReadOnlySpan<byte>(entry + NameOffset, 256);
                var length = name.IndexOf((byte)0);
                if (name[..length] is [(byte)'.'] or [(byte)'.', (byte)'.'])
                {
                    continue;
                }

                if (ShownText.TryDecode(name[..length], out var text))
                {
                    Look(look, folder, name, text, entry[KindOffset] == IsFolder, entries);
                }
                else
                {
                    entries.Add(new FolderEntry(text, EntryKind.LeftOut, default, Reason: NotUtf8));
                }
            }
        }
        finally
        {
            _ = Descriptors.CloseFolder(stream);
        }
    }

    private void Look(FolderLook look, int folder, ReadOnlySpan<byte> name, string text, bool isFolder, List<FolderEntry> entries)
    {
        if (NameRules.WhyLeftOut(text) is { } reason)
        {
            // Not looked at: that costs a call, and whatever it is, it is left out. One that was asked for may be gone.
            if (look.Names is null || FileStat.Of(folder, name, out _) == 0)
            {
                entries.Add(new FolderEntry(text, EntryKind.LeftOut, default, Reason: reason));
            }

            return;
        }

        if (isFolder)
        {
            entries.Add(new FolderEntry(text, EntryKind.Folder, DeviceOf(look, text)));
            return;
        }

        var error = FileStat.Of(folder, name, out var status);
        if (error == 0)
        {
            entries.Add(status.Kind == FileKind.Link ? Follow(look, text) : Describe(text, status, isLink: false));
        }
        else if (!DiskErrors.IsMissing(error))
        {
            entries.Add(new FolderEntry(text, EntryKind.Unknown, default));
        }
    }

    private static FolderEntry Describe(string name, FileStat status, bool isLink) => status.Kind switch
    {
        FileKind.Folder => new FolderEntry(name, EntryKind.Folder, FileIdentity.Of(status), isLink),
        FileKind.Regular when IsUnreadable(status) =>
            new FolderEntry(name, EntryKind.LeftOut, default, isLink, "nobody may read it"),
        FileKind.Regular => new FolderEntry(name, EntryKind.Video, FileIdentity.Of(status), isLink),
        _ => new FolderEntry(name, EntryKind.LeftOut, default, isLink, OpenFailure.NotRegular.Reason),
    };

    /// <summary>Whether nobody at all may read it. Root could; that is no permission to publish it.</summary>
    private static bool IsUnreadable(FileStat status) =>
        (status.Mode & (UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead)) == 0;

    /// <summary>On which device a folder is, without asking that device: it is another one's turn to wait for it.</summary>
    private FileIdentity DeviceOf(FolderLook look, string name) =>
        FileStat.OfKnownTarget(VideoRoot.ToBytes(root.PathOf(Join(look.Path, name))), out var status) == 0
            ? FileIdentity.Of(status)
            : default;

    private FolderEntry Follow(FolderLook look, string name)
    {
        if (root.Links == LinkRule.Never)
        {
            return LeftOut("it is a link, and LINKS=never");
        }

        var found = root.Find(Join(look.Path, name), out var status, out var failure);
        if (found < 0)
        {
            return LeftOut(failure.IsGone ? "it is a link to nothing" : failure.IsForbidden ? "it is a link that leads out of VIDEO_DIR" : failure.Reason);
        }

        try
        {
            if (status.Kind != FileKind.Folder)
            {
                return Describe(name, status, isLink: true);
            }

            return look.LinkDepth >= MostLinks ? LeftOut("it is a link to a folder, in a folder that links lead to already")
                : IsLoop(look.Path, status) ? LeftOut("it is a link to a folder that it is in")
                : Describe(name, status, isLink: true);
        }
        finally
        {
            _ = Descriptors.Close(found);
        }

        FolderEntry LeftOut(string reason) => new(name, EntryKind.LeftOut, default, IsLink: true, reason);
    }

    private bool IsLoop(string path, FileStat target)
    {
        for (var end = 0; end >= 0 && end <= path.Length; end = Next(path, end))
        {
            if (FileStat.OfKnownTarget(VideoRoot.ToBytes(root.PathOf(path[..end])), out var status) == 0
                && status.IsSameFile(target))
            {
                return true;
            }
        }

        return false;
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}

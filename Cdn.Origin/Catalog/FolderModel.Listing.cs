using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.Origin.Listing;
using Cdn.Origin.Watching;

namespace Cdn.Origin.Catalog;

/// <content>What was seen in a folder.</content>
internal sealed partial class FolderModel
{
    /// <summary>Takes in an answer of the file system.</summary>
    public void Apply(FolderListing listing)
    {
        var folder = (Folder)listing.Look.Folder;
        Answered(listing.Look);
        if (!folder.IsGone && IsOnItsDevice(folder, listing))
        {
            if (listing.Failure is { } reason)
            {
                CannotList(folder, reason, listing.IsGone, listing.Look.Wave);
            }
            else
            {
                Take(folder, listing);
            }
        }
    }

    private void CannotList(Folder folder, string reason, bool isGone, long wave)
    {
        if (isGone && folder.Parent is { } parent)
        {
            Want(parent, folder.Leaf, WatchHints.None, Math.Max(wave, _wave)); // Who has it says whether it is gone.
            return;
        }

        if (folder.Trouble != reason)
        {
            folder.Trouble = reason;
            LogNotListed(_logger, Shown(folder.Path), reason);
        }
    }

    /// <summary>
    /// Whether the answer is of the file system that it is expected from. Where something was mounted that is not there any more
    /// there is an
    /// empty folder, and where the wrong disk is mounted another one: neither means that the videos were deleted.
    /// </summary>
    private bool IsOnItsDevice(Folder folder, FolderListing listing)
    {
        var chain = folder.Chain();
        for (var i = 0; i < chain.Count && i < listing.Devices.Length; i++)
        {
            var (one, device) = (chain[i], listing.Devices[i]);
            if (one.Device == device)
            {
                continue;
            }

            if (one.Device is { } before && one != folder)
            {
                if (!one.IsMissing)
                {
                    Want(one, null, WatchHints.None, listing.Look.Wave);
                }

                return false;
            }

            if (one.Device is not null && listing.Look.Names is not null)
            {
                Want(one, null, WatchHints.None, listing.Look.Wave);
                return false;
            }

            if (one.Device is not null && listing.Failure is null && !Resembles(one, listing))
            {
                Miss(one);
                return false;
            }

            if (listing.Failure is null || one.Device is null)
            {
                MoveTo(one, device);
            }
        }

        return true;
    }

    /// <summary>
    /// Whether a folder on another device has something of what was there before; a disk that was mounted anew has.
    /// </summary>
    private static bool Resembles(Folder folder, FolderListing listing) => folder.IsEmpty || listing.Entries.Exists(entry => entry.Kind switch
    {
        EntryKind.Video => folder.Files.TryGetValue(entry.Leaf, out var file) && file.Seen.Resembles(entry.Identity),
        EntryKind.Folder => folder.Folders.ContainsKey(entry.Leaf),
        _ => false,
    });

    private void Miss(Folder folder)
    {
        if (!folder.IsMissing)
        {
            folder.IsMissing = true;
            LogMissing(_logger, Shown(folder.Path));
        }
    }

    /// <summary>
    /// Takes a folder for one of another device. Numbers of devices change when they are mounted anew: that alone is no reason to
    /// read everything again.
    /// </summary>
    private void MoveTo(Folder folder, ulong device)
    {
        var before = folder.Device;
        foreach (var one in before is null ? [folder] : folder.All().Where(one => one.Device == before || one.Device is null).ToList())
        {
            one.Device = device;
            foreach (var file in one.Files.Values.Where(file => file.Seen.Device == before && before is not null))
            {
                file.Seen = file.Seen with { Device = device };
                if (file.Published is { } published && published.Identity.Device == before)
                {
                    SetPublished(file, published with { Identity = published.Identity with { Device = device } });
                    Index(file);
                }
            }
        }

        folder.IsMount = folder.Parent is null || (folder.Parent.Device != device && !folder.IsLink);
        if (folder.IsMount)
        {
            _mounts[folder.Path] = device;
        }
        else
        {
            _mounts.Remove(folder.Path);
        }
    }

    private void Take(Folder folder, FolderListing listing)
    {
        var look = listing.Look;
        folder.IsMissing = false;
        if (folder.Trouble is not null)
        {
            folder.Trouble = null;
            var path = Shown(folder.Path);
            LogListedAgain(_logger, path);
        }

        // What is gone comes first: what is there may be the same under another name.
        var seen = listing.Entries.Select(entry => entry.Leaf).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> asked = look.Names is { } names
            ? names
            : folder.Files.Keys.Concat(folder.Folders.Keys).Concat(folder.LeftOut.Keys).ToList();
        foreach (var leaf in asked)
        {
            if (!seen.Contains(leaf) && !folder.Questions.IsKnownBetter(look, leaf))
            {
                Depart(folder, leaf, look.Wave);
            }
        }

        foreach (var entry in listing.Entries)
        {
            if (!folder.Questions.IsKnownBetter(look, entry.Leaf))
            {
                Take(folder, entry, folder.Questions.HintsOf(look, entry.Leaf), look.Wave);
            }
        }
    }

    private void Take(Folder folder, FolderEntry entry, WatchHints hints, long wave)
    {
        switch (entry.Kind)
        {
            case EntryKind.Folder when !folder.Folders.ContainsKey(entry.Leaf) && WhyNoName(folder, entry.Leaf) is { } reason:
                LeaveOut(folder, entry.Leaf, reason, wave);
                break;
            case EntryKind.Folder:
                DepartFile(folder, entry.Leaf, wave);
                KeepIn(folder, entry.Leaf);
                TakeFolder(folder, entry, hints, wave);
                break;
            case EntryKind.Video when !folder.Files.ContainsKey(entry.Leaf) && WhyNoName(folder, entry.Leaf) is { } reason:
                LeaveOut(folder, entry.Leaf, reason, wave);
                break;
            case EntryKind.Video:
                DepartFolder(folder, entry.Leaf, wave);
                KeepIn(folder, entry.Leaf);
                TakeFile(folder, entry, hints, wave);
                break;
            case EntryKind.LeftOut:
                LeaveOut(folder, entry.Leaf, entry.Reason!, wave);
                break;
        }
    }

    private static string? WhyNoName(Folder folder, string leaf) => VideoName.TryParse(folder.PathOf(leaf), out _, out var error) ? null : error;

    private void TakeFolder(Folder parent, FolderEntry entry, WatchHints hints, long wave)
    {
        if (parent.Folders.TryGetValue(entry.Leaf, out var folder) && folder.IsLink != entry.IsLink)
        {
            DepartFolder(parent, entry.Leaf, wave);
            parent.Folders.TryGetValue(entry.Leaf, out folder);
        }

        var isNew = folder is null;
        if (folder is null)
        {
            parent.Folders[entry.Leaf] = folder = new Folder(parent, entry.Leaf, entry.IsLink) { Arrival = hints };
            folder.Arrival |= parent.Arrival & WatchHints.MovedIn;
        }

        folder.ExpectedDevice = entry.Identity.Device;
        if (wave == 0)
        {
            ScanFolder(folder);
        }
        else if (isNew || hints.HasFlag(WatchHints.MovedIn) || hints.HasFlag(WatchHints.Created) || folder.IsMount || folder.IsMissing)
        {
            Want(folder, null, WatchHints.None, wave);
        }
    }

    private void LeaveOut(Folder folder, string leaf, string reason, long wave)
    {
        DepartFile(folder, leaf, wave);
        DepartFolder(folder, leaf, wave);
        if (!folder.LeftOut.TryGetValue(leaf, out var before) || before != reason)
        {
            folder.LeftOut[leaf] = reason;
            IsIgnoredNews = true;
            SayLeftOut(folder, leaf, reason);
        }
    }

    private void KeepIn(Folder folder, string leaf) => IsIgnoredNews |= folder.LeftOut.Remove(leaf);

    private void Depart(Folder folder, string leaf, long wave)
    {
        KeepIn(folder, leaf);
        DepartFile(folder, leaf, wave);
        DepartFolder(folder, leaf, wave);
    }

    /// <summary>A folder is gone. What was mounted below it is missing, and stays.</summary>
    private void DepartFolder(Folder parent, string leaf, long wave)
    {
        if (parent.Folders.TryGetValue(leaf, out var folder) && Clear(folder, wave))
        {
            parent.Folders.Remove(leaf);
        }
    }

    /// <summary>Takes everything out of a folder that is gone; false if something has to stay.</summary>
    private bool Clear(Folder folder, long wave)
    {
        if (folder.IsMount)
        {
            Miss(folder);
            return false;
        }

        foreach (var leaf in folder.Files.Keys.ToList())
        {
            DepartFile(folder, leaf, wave);
        }

        foreach (var below in folder.Folders.Values.ToList())
        {
            if (Clear(below, wave))
            {
                folder.Folders.Remove(below.Leaf);
            }
        }

        IsIgnoredNews |= folder.LeftOut.Count > 0;
        folder.LeftOut.Clear();
        folder.Trouble = null;
        if (folder.Folders.Count > 0)
        {
            return false;
        }

        folder.IsGone = true;
        _wanted.Remove(folder);
        _work.Unwatch(folder);
        return true;
    }
}

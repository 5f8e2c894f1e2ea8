using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.Origin.Listing;
using Cdn.Origin.Watching;

namespace Cdn.Origin.Catalog;

/// <content>What was seen of a file.</content>
internal sealed partial class FolderModel
{
    private void TakeFile(Folder folder, FolderEntry entry, WatchHints hints, long wave)
    {
        var isNew = !folder.Files.TryGetValue(entry.Leaf, out var file);
        if (file is null)
        {
            folder.Files[entry.Leaf] = file = new FileEntry(folder, entry.Leaf) { UnsettledAt = Now };
            hints |= wave == 0 || hints == WatchHints.None ? folder.Arrival & WatchHints.MovedIn : WatchHints.None;
            if (_departing.Count > 0 && _departing.Remove(VideoName.Parse(file.Path), out var departed))
            {
                PublishSuccessors(departed);
                file.Published = departed.Entry.Published; // Another file takes the place of one that has just gone: its content stays until this one is read.
            }
        }
        else if (file.IsGone)
        {
            file.IsGone = false;
            if (_departing.Remove(VideoName.Parse(file.Path), out var departed))
            {
                PublishSuccessors(departed);
            }
        }

        TakeLink(file, entry.IsLink);
        if (isNew || file.Seen != entry.Identity)
        {
            See(file, entry.Identity, hints, isNew);
        }
        else if (!file.IsSettled && file.Job is null)
        {
            file.Arrival = hints.HasFlag(WatchHints.MovedIn) ? hints : file.Arrival | hints;
            Settle(file);
        }
    }

    private void TakeLink(FileEntry file, bool isLink)
    {
        file.IsLink = isLink;
        if (isLink)
        {
            _links.Add(file);
        }
        else
        {
            _links.Remove(file);
        }
    }

    /// <summary>A version that was not seen before.</summary>
    private void See(FileEntry file, FileIdentity identity, WatchHints hints, bool isNew)
    {
        StopReading(file);
        file.UnsettledAt = !isNew && file.IsSettled ? Now : file.UnsettledAt;
        file.Arrival = !isNew && file.Seen.IsSameFile(identity) ? file.Arrival | hints : hints;
        (file.Seen, file.SeenAt, file.FirstReading) = (identity, Now, null);
        SetTrouble(file, null);
        if (!file.IsSettled)
        {
            TakeWhatMoved(file);
        }

        if (file.IsSettled)
        {
            file.Arrival = WatchHints.None;
            return;
        }

        if (!IsScannedOnce && file.Published is null)
        {
            _firstReadings.Add(file);
        }

        Settle(file);
    }

    /// <summary>
    /// The same file under another name has the same content: it is published at once. Its last change is another one, as
    /// renaming is a change; so
    /// it is read again afterwards.
    /// </summary>
    private void TakeWhatMoved(FileEntry file)
    {
        var seen = file.Seen;
        if (file.Published is { Identity: { Inode: 0 } old } own && old.Resembles(seen) && seen.Inode != 0)
        {
            SetPublished(file, own with { Identity = seen with { Changed = 0 } }); // As a version of this program wrote it that knew no more.
            Index(file);
        }
        else if (seen.Inode != 0 && _byInode.TryGetValue((seen.Device, seen.Inode), out var other) && other != file
            && other is { IsInDoubt: false, Published: { } published } && published.Identity.IsSameFile(seen)
            && file.Published?.Identity.IsSameFile(seen) != true)
        {
            file.IsInDoubt = false;
            Publish(file, published.Identity, published.Video.Sha256);
            Index(file);
            if (_departing.TryGetValue(published.Video.Name, out var departure) && departure.Entry == other)
            {
                departure.Successors.Add(file);
                _changes.Remove(file.Published!.Video.Name);
            }
        }
    }

    /// <summary>Somebody wrote to a file. That what is published still is what it has is to be seen.</summary>
    private void Written(FileEntry file)
    {
        file.UnsettledAt = file.IsSettled ? Now : file.UnsettledAt;
        file.IsInDoubt |= file.Published is not null;
        file.Arrival |= WatchHints.Written;
        (file.SeenAt, file.FirstReading) = (Now, null);
        StopReading(file);
    }

    private void DepartFile(Folder folder, string leaf, long wave)
    {
        if (!folder.Files.TryGetValue(leaf, out var file) || file.IsGone)
        {
            return;
        }

        StopReading(file);
        (file.IsGone, file.DueAt) = (true, null);
        _links.Remove(file);
        _firstReadings.Remove(file);
        SetTrouble(file, null);
        if (file.Published is { } published)
        {
            _departing[published.Video.Name] = new Departure(file, published.Video.Name, wave, Now);
        }
        else
        {
            folder.Files.Remove(leaf);
        }
    }

    private void CommitDepartures()
    {
        if (_departing.Count == 0)
        {
            return;
        }

        var least = Ticks(RenamedWithin);
        foreach (var departure in _departing.Values.Where(departure => Now - departure.At >= least).ToList())
        {
            departure.Horizon ??= _wave;
            if (!IsAwaited(departure))
            {
                _departing.Remove(departure.Name);
                PublishSuccessors(departure);
                Remove(departure.Entry);
            }
        }
    }

    private void PublishSuccessors(Departure departure)
    {
        foreach (var file in departure.Successors)
        {
            if (file is { IsGone: false, Published: { } published })
            {
                _changes[published.Video.Name] = published;
            }
        }
    }

    private void Remove(FileEntry file)
    {
        if (file.Folder.Files.TryGetValue(file.Leaf, out var there) && there == file)
        {
            file.Folder.Files.Remove(file.Leaf);
        }

        var published = file.Published!;
        var key = (published.Identity.Device, published.Identity.Inode);
        if (_byInode.TryGetValue(key, out var indexed) && indexed == file)
        {
            _byInode.Remove(key);
        }

        Count--;
        _times.Remove(published.Video);
        _changes[published.Video.Name] = null;
        _unwritten[published.Video.Name] = null;
    }
}

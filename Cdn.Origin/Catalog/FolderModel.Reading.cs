using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.Origin.Hashing;
using Cdn.Origin.Listing;
using Cdn.Origin.Watching;

namespace Cdn.Origin.Catalog;

/// <content>What is read, and what comes of it.</content>
internal sealed partial class FolderModel
{
    /// <summary>
    /// Time until a file that somebody has open for writing is looked at again, if nothing is heard of it: 250 ms, and
    /// STABLE_FOR.
    /// </summary>
    private static readonly TimeSpan LookAtWritten = TimeSpan.FromMilliseconds(250);

    /// <summary>Time until a file that cannot be read, or has a download beside it, is tried again: 2 s.</summary>
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    private readonly HashSet<FileEntry> _firstReadings = [];

    /// <summary>Takes in a reading.</summary>
    public void Apply(HashResult result)
    {
        var file = (FileEntry)result.Job.Owner;
        if (!ReferenceEquals(file.Job, result.Job))
        {
            return;
        }

        file.Job = null;
        switch (result.End)
        {
            case HashEnd.Hashed when file.NeedsTwo && file.FirstReading != (result.Job.Identity, result.Digest):
                file.FirstReading = (result.Job.Identity, result.Digest);
                Due(file, Settling.BetweenReadings);
                break;
            case HashEnd.Hashed:
                Accept(file, result.Job.Identity, result.Digest);
                break;
            case HashEnd.BeingWritten:
                _firstReadings.Remove(file);
                file.Arrival |= WatchHints.Written;
                file.SeenAt = Now;
                Due(file, _patience > LookAtWritten ? _patience : LookAtWritten);
                break;
            case HashEnd.Forbidden:
                LeaveOut(file.Folder, file.Leaf, result.Reason!, Math.Max(1, _wave));
                break;
            case HashEnd.Unreadable:
                _firstReadings.Remove(file);
                SetTrouble(file, result.Reason);
                Due(file, TryAgain);
                break;
            default:
                Want(file.Folder, file.Leaf, WatchHints.None, _wave);
                Due(file, TryAgain);
                break;
        }
    }

    /// <summary>Somebody got other bytes than the catalog says. The file is read again, whatever its times say.</summary>
    /// <returns>Whether that content is what is published, so that there is reason to doubt.</returns>
    public bool Doubt(VideoName name, Sha256Digest digest)
    {
        var folder = Root;
        var segments = name.Value.Split('/');
        foreach (var segment in segments[..^1])
        {
            if (!folder.Folders.TryGetValue(segment, out folder!))
            {
                return false;
            }
        }

        if (!folder.Files.TryGetValue(segments[^1], out var file) || file.Published?.Video.Sha256 != digest || file.IsInDoubt)
        {
            return false;
        }

        (file.IsInDoubt, file.UnsettledAt) = (true, Now);
        Want(folder, file.Leaf, WatchHints.None, _wave);
        Settle(file);
        return true;
    }

    /// <summary>Reads a file if it is stable, or sees to it that it is looked at when it may be.</summary>
    private void Settle(FileEntry file)
    {
        if (file.IsGone || file.Job is not null || file.IsSettled)
        {
            return;
        }

        if (NameRules.Companions.Any(companion => file.Folder.LeftOut.ContainsKey(file.Leaf + companion)))
        {
            _firstReadings.Remove(file);
            Due(file, TryAgain);
            return;
        }

        var (step, wait) = Settling.Decide(
            file.Seen, file.Arrival, WallTicks, _time.GetElapsedTime(file.SeenAt), _time.GetElapsedTime(file.UnsettledAt), file.Published is not null, _patience);
        if (step == SettlingStep.Wait)
        {
            if (wait > Settling.BetweenReadings)
            {
                _firstReadings.Remove(file);
            }

            Due(file, wait);
            return;
        }

        file.NeedsTwo = step == SettlingStep.ReadTwice;
        var urgency = file.Published is null ? HashUrgency.New
            : file.Published.Identity.IsSameFile(file.Seen) && !file.IsInDoubt ? HashUrgency.Verification
            : HashUrgency.Replaced;
        file.Job = new HashJob(file, file.Path, file.Seen, urgency, Now);
        _work.Read(file.Job);
    }

    private void StopReading(FileEntry file)
    {
        if (file.Job is { } job)
        {
            _work.Cancel(job);
            file.Job = null;
        }
    }

    private void Accept(FileEntry file, FileIdentity identity, Sha256Digest digest)
    {
        (file.IsInDoubt, file.NeedsTwo, file.FirstReading, file.Arrival) = (false, false, null, WatchHints.None);
        SetTrouble(file, null);
        _firstReadings.Remove(file);
        if (file.Published is { } before && before.Video.Sha256 == digest)
        {
            SetPublished(file, before with { Identity = identity });
        }
        else
        {
            Publish(file, identity, digest);
        }

        Index(file);
    }

    private void Publish(FileEntry file, FileIdentity identity, Sha256Digest digest)
    {
        var name = VideoName.Parse(file.Path);
        Count += file.Published is null ? 1 : 0;
        var before = file.Published?.Video;
        var (lastModified, isShared) = _times.Choose(name, before, digest, identity.Modified, _time.GetUtcNow());
        var video = new CatalogVideo(name, identity.Size, digest, ContentTypes.Of(name), lastModified);
        if (before is not null)
        {
            _times.Release(before);
        }

        _times.Take(video);
        SetPublished(file, new PublishedVideo(video, identity));
        if (isShared)
        {
            Redate(digest, lastModified);
        }
    }

    /// <summary>Names with equal content share one object, and so one modification time, on every replica.</summary>
    private void Redate(Sha256Digest digest, DateTimeOffset lastModified)
    {
        foreach (var file in Root.All().SelectMany(folder => folder.Files.Values))
        {
            if (file.Published is { } published && published.Video.Sha256 == digest && published.Video.LastModified != lastModified)
            {
                SetPublished(file, published with { Video = published.Video with { LastModified = lastModified } });
            }
        }
    }

    private void SetPublished(FileEntry file, PublishedVideo published)
    {
        file.Published = published with { IsRemembered = false };
        if (!file.IsGone)
        {
            _changes[published.Video.Name] = file.Published;
            _unwritten[published.Video.Name] = file.Published;
        }
    }
}

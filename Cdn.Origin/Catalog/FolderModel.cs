using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.Origin.Watching;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Catalog;

/// <summary>
/// Step F1: the folder as it is known, and what is to be published of it. It decides and does nothing itself: it is told what was
/// seen, heard and
/// read, and says what to look at, what to read and what has changed. It never waits, and belongs to one thread.
/// </summary>
internal sealed partial class FolderModel
{
    /// <summary>Time in which the other half of a rename is heard of: 30 ms.</summary>
    private static readonly TimeSpan RenamedWithin = TimeSpan.FromMilliseconds(30);

    private readonly IFolderWork _work;
    private readonly LastModifiedTimes _times;
    private readonly TimeProvider _time;
    private readonly ILogger<FolderModel> _logger;
    private readonly TimeSpan _patience;
    private readonly Dictionary<(ulong Device, ulong Inode), FileEntry> _byInode = [];
    private readonly Dictionary<VideoName, Departure> _departing = [];
    private readonly PriorityQueue<FileEntry, long> _due = new();
    private readonly HashSet<FileEntry> _links = [];
    private readonly Dictionary<string, ulong> _mounts;
    private Dictionary<VideoName, PublishedVideo?> _changes = [];
    private Dictionary<VideoName, PublishedVideo?> _unwritten = [];
    private readonly bool _isKnown;
    private bool _isTaken;

    public FolderModel(
        IFolderWork work, RememberedFolder remembered, IOptions<OriginOptions> options, TimeProvider time, ILogger<FolderModel> logger)
    {
        (_work, _time, _logger) = (work, time, logger);
        _patience = TimeSpan.FromSeconds(options.Value.StableForSeconds);
        _times = remembered.Times;
        _mounts = remembered.Mounts;
        _isKnown = remembered.WasPublished;
        Root = new Folder(null, "");
        if (_mounts.TryGetValue("", out var device))
        {
            (Root.Device, Root.IsMount) = (device, true);
        }

        foreach (var video in remembered.Videos)
        {
            Restore(video);
        }
    }

    public Folder Root { get; }

    /// <summary>Whether everything was looked at once, and read: half of it would look like removals.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Files that are published, or would be.</summary>
    public int Count { get; private set; }

    /// <summary>What is mounted, and where; a copy.</summary>
    public Dictionary<string, ulong> Mounts => new(_mounts);

    /// <summary>Time of the youngest removed version that is not remembered by name.</summary>
    public DateTimeOffset? Forgotten => _times.Forgotten;

    /// <summary>Versions that were removed since this was called last.</summary>
    public IReadOnlyList<RemovedVideo> TakeRemoved() => _times.TakeRemoved();

    private long Now => _time.GetTimestamp();

    private long WallTicks => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;

    /// <summary>What has changed since this was called last; null if that is nothing, or not all is known yet.</summary>
    public IReadOnlyDictionary<VideoName, PublishedVideo?>? TakeChanges()
    {
        if (!IsComplete || (_changes.Count == 0 && _isTaken))
        {
            return null;
        }

        _isTaken = true;
        var changes = _changes;
        _changes = [];
        return changes;
    }

    /// <summary>
    /// What is to be remembered of what has changed, also before all is known: a first reading of everything that is cut off goes
    /// on from there.
    /// </summary>
    public Dictionary<VideoName, PublishedVideo?> TakeUnwritten()
    {
        var unwritten = _unwritten;
        _unwritten = [];
        foreach (var published in unwritten.Values)
        {
            published?.IsRemembered = true;
        }

        return unwritten;
    }

    /// <summary>How much that is.</summary>
    public int Unwritten => _unwritten.Count;

    /// <summary>Events of the kernel.</summary>
    public void Apply(WatchBatch batch)
    {
        _wave++;
        if (batch.IsOverflow)
        {
            IsScanDue = true;
            LostEvents++;
            LogOverflow(_logger);
        }

        foreach (var ((owner, leaf), hints) in batch.Events)
        {
            var folder = (Folder)owner;
            if (folder.IsGone)
            {
                continue;
            }

            Want(folder, leaf.Length == 0 ? null : leaf, hints, _wave);
            if (hints.HasFlag(WatchHints.Written) && folder.Files.TryGetValue(leaf, out var file))
            {
                Written(file);
            }
        }
    }

    /// <summary>How often the kernel lost events.</summary>
    public int LostEvents { get; private set; }

    /// <summary>Does what is due. Returns when something will be; null if nothing waits for time to pass.</summary>
    public long? Tick()
    {
        AskWhatWaits();
        EndScan();
        CommitDepartures();
        while (_due.TryPeek(out var file, out var at) && at <= Now)
        {
            _due.Dequeue();
            if (file.DueAt == at)
            {
                file.DueAt = null;
                Settle(file);
            }
        }

        Complete();
        long? next = _due.TryPeek(out _, out var due) ? due : null;
        return _departing.Count > 0 ? Math.Min(next ?? long.MaxValue, Now + Ticks(RenamedWithin)) : next;
    }

    /// <summary>A file as an earlier process knew it.</summary>
    private void Restore(PublishedVideo video)
    {
        var segments = video.Video.Name.Value.Split('/');
        var folder = Root;
        foreach (var segment in segments[..^1])
        {
            if (!folder.Folders.TryGetValue(segment, out var below))
            {
                folder.Folders[segment] = below = new Folder(folder, segment);
                if (_mounts.TryGetValue(below.Path, out var device))
                {
                    (below.Device, below.IsMount) = (device, true);
                }
            }

            folder = below;
        }

        var file = new FileEntry(folder, segments[^1]) { Seen = video.Identity, SeenAt = Now, Published = video };
        folder.Files[file.Leaf] = file;
        Count++;
        _times.Take(video.Video);
        _changes[video.Video.Name] = video;
        Index(file);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private void Due(FileEntry file, TimeSpan after)
    {
        file.DueAt = Now + Ticks(after);
        _due.Enqueue(file, file.DueAt.Value);
    }

    private void Index(FileEntry file)
    {
        if (file.Published is { Identity: { Inode: not 0 } identity })
        {
            _byInode[(identity.Device, identity.Inode)] = file;
        }
    }

    /// <summary>
    /// The first catalog is published when everything that can be listed was, and, if there was none before, when everything
    /// found was read.
    /// </summary>
    private void Complete()
    {
        IsComplete = IsComplete || (IsScannedOnce && (_isKnown || _firstReadings.Count == 0));
    }
}

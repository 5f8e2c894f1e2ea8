using System.IO.Enumeration;
using System.Security.Cryptography;
using Cdn.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Store;

/// <summary>
/// Brings index and disk into agreement at start. The index is the truth about names, the disk about objects: what the index
/// names is held if its object is there with the right length; whatever else is on the disk goes. When there is no index (it
/// was lost or damaged) every name on the disk is hashed and taken in again.
/// </summary>
internal sealed partial class Reconciler(
    StoreLayout layout, SpaceBudget budget, IOptions<ReplicaOptions> options, TimeProvider time, ILogger<Reconciler> logger)
{
    /// <summary>Days that damaged files are kept for somebody to look at: 7.</summary>
    private static readonly TimeSpan QuarantineFor = TimeSpan.FromDays(7);

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    /// <summary>Opens the index and returns what is really held.</summary>
    public (StoreIndex Index, List<(VideoName Name, HeldObject Object)> Videos) OpenIndex()
    {
        var index = OpenOrSetAside();
        try
        {
            var videos = index.IsNew ? Adopt(index) : KeepWhatIsThere(index);
            RemoveHalfWay();
            CleanUp(layout.Quarantine, QuarantineFor);
            CleanUp(layout.Incoming, TimeSpan.FromHours(options.Value.IncomingHours));
            var rest = new DirectoryInfo(layout.Incoming).EnumerateFiles().Concat(new DirectoryInfo(layout.Quarantine).EnumerateFiles());
            budget.Count(rest.Sum(file => file.Length));
            budget.Count(videos.Select(video => video.Object).DistinctBy(held => held.Sha256).Sum(held => held.Size));
            LogOpened(logger, layout.Root, videos.Count, budget.Reserved);
            return (index, videos);
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>Removes unfinished pushes that nobody has gone on with for <c>INCOMING_HOURS</c>.</summary>
    public void RemoveAbandoned() => budget.Release(CleanUp(layout.Incoming, TimeSpan.FromHours(options.Value.IncomingHours)));

    private StoreIndex OpenOrSetAside()
    {
        try
        {
            return StoreIndex.Open(layout.Index);
        }
        catch (SqliteException e) when (StoreIndex.IsDamage(e))
        {
            LogIndexDamaged(logger, layout.Index, e.Message);
            foreach (var suffix in (string[])["", "-wal", "-shm"])
            {
                StoreFile.Quarantine(layout, layout.Index + suffix);
            }

            return StoreIndex.Open(layout.Index);
        }
    }

    /// <summary>Keeps what the index names and the disk has, without reading a byte of it; the rest of the disk goes.</summary>
    private List<(VideoName Name, HeldObject Object)> KeepWhatIsThere(StoreIndex index)
    {
        var rows = index.Load();
        var names = Task.Run(() => MissingNames(rows)); // Beside the objects: at start a second core has nothing to do.
        var objects = ObjectsOnDisk();
        var used = new HashSet<Sha256Digest>(rows.Count);
        var kept = new List<(VideoName Name, HeldObject Object)>(rows.Count);
        foreach (var (name, held) in rows)
        {
            if (objects.GetValueOrDefault(held.Sha256, -1) == held.Size)
            {
                used.Add(held.Sha256);
                kept.Add((name, held));
                continue;
            }

            index.Remove(name);
            if (objects.Remove(held.Sha256, out _) | used.Add(held.Sha256))
            {
                LogDamaged(logger, held.Sha256);
                StoreFile.Quarantine(layout, layout.ObjectOf(held.Sha256));
            }
        }

        foreach (var stray in objects.Keys.Where(digest => !used.Contains(digest)))
        {
            File.Delete(layout.ObjectOf(stray));
        }

        var missing = names.GetAwaiter().GetResult();
        foreach (var (name, held) in kept)
        {
            if (missing.Contains(name.Value))
            {
                StoreFile.LinkName(layout, name, held);
            }
        }

        RemoveLostNames(rows.Count == kept.Count ? [] : [.. rows.Except(kept).Select(row => row.Name)]);
        return kept;
    }

    /// <summary>Length of every object on the disk.</summary>
    private Dictionary<Sha256Digest, long> ObjectsOnDisk()
    {
        var objects = new Dictionary<Sha256Digest, long>();
        foreach (var (path, digest, length) in new FileSystemEnumerable<(string? Path, Sha256Digest Digest, long Length)>(
            layout.Objects,
            (ref FileSystemEntry entry) => Sha256Digest.TryParseHex(entry.FileName, out var digest)
                ? (null, digest, entry.Length)
                : (entry.ToFullPath(), default, 0),
            Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        })
        {
            if (path is null)
            {
                objects[digest] = length;
            }
            else
            {
                File.Delete(path); // Nothing of ours.
            }
        }

        return objects;
    }

    /// <summary>
    /// Which names of the index are not on the disk; what is there and not in the index goes. That each is a link to the right object
    /// is looked at later (<see cref="Scrub.Scrubber"/>): at worst it is a newer version, that was verified and not recorded any more.
    /// </summary>
    private HashSet<string> MissingNames(List<(VideoName Name, HeldObject Object)> rows)
    {
        var missing = rows.Select(row => row.Name.Value).ToHashSet(StringComparer.Ordinal);
        var lookup = missing.GetAlternateLookup<ReadOnlySpan<char>>();
        var prefix = layout.Names.Length + 1;
        foreach (var stray in new FileSystemEnumerable<string?>(
            layout.Names,
            (ref FileSystemEntry entry) =>
            {
                Span<char> path = stackalloc char[Limits.MaxVideoNameBytes + 1];
                var folder = entry.Directory.Length < prefix ? [] : entry.Directory[prefix..];
                var length = folder.Length == 0 ? entry.FileName.Length : folder.Length + 1 + entry.FileName.Length;
                if (length >= path.Length)
                {
                    return entry.ToFullPath();
                }

                folder.CopyTo(path);
                if (folder.Length > 0)
                {
                    path[folder.Length] = '/';
                }

                entry.FileName.CopyTo(path[(length - entry.FileName.Length)..]);
                return lookup.Remove(path[..length]) ? null : entry.ToFullPath();
            },
            Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        })
        {
            if (stray is not null)
            {
                File.Delete(stray);
            }
        }

        return missing;
    }

    private void RemoveLostNames(List<VideoName> names)
    {
        foreach (var name in names)
        {
            StoreFile.UnlinkName(layout, name);
        }
    }

    private List<(VideoName Name, HeldObject Object)> Adopt(StoreIndex index)
    {
        var adopted = new List<(VideoName, HeldObject)>();
        foreach (var path in Directory.EnumerateFiles(layout.Names, "*", SearchOption.AllDirectories).ToList())
        {
            if (!VideoName.TryParse(Path.GetRelativePath(layout.Names, path), out var name, out _))
            {
                continue;
            }

            HeldObject held;
            using (var file = new FileStream(path, StoreFile.ReadOptions))
            {
                held = new HeldObject(
                    new Sha256Digest(SHA256.HashData(file)),
                    file.Length,
                    DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeSeconds()),
                    IsPinned: true); // If it was not, the plan says so by purging it.
            }

            var place = layout.ObjectOf(held.Sha256);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            if (new FileInfo(place) is not { Exists: true } existing || existing.Length != held.Size)
            {
                File.Delete(place);
                DurableFile.Link(path, place);
            }

            index.Put(name, held);
            adopted.Add((name, held));
        }

        index.MarkComplete();
        if (adopted.Count > 0)
        {
            LogAdopted(logger, adopted.Count);
        }

        return adopted;
    }

    /// <summary>Removes what a process that ended in the middle left on its way.</summary>
    private void RemoveHalfWay()
    {
        foreach (var path in Directory.EnumerateFiles(layout.Incoming, "link-*")
            .Concat(Directory.EnumerateFiles(layout.Incoming, StoreLayout.PullPrefix + "*"))
            .ToList())
        {
            File.Delete(path);
        }
    }

    /// <summary>Removes what is older, and returns how many bytes that were.</summary>
    private long CleanUp(string folder, TimeSpan olderThan)
    {
        var removed = 0L;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > olderThan)
            {
                removed += file.Length;
                file.Delete();
            }
        }

        return removed;
    }

    [LoggerMessage(EventId = 310, Level = LogLevel.Information, Message = "The store {Folder} holds {Count} videos in {Bytes} bytes")]
    private static partial void LogOpened(ILogger logger, string folder, int count, long bytes);

    [LoggerMessage(EventId = 311, Level = LogLevel.Error, Message = "The index {Path} cannot be used ({Reason}); it is built anew")]
    private static partial void LogIndexDamaged(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 312, Level = LogLevel.Error, Message = "Object {Digest} is missing or damaged and was set aside")]
    private static partial void LogDamaged(ILogger logger, Sha256Digest digest);

    [LoggerMessage(EventId = 313, Level = LogLevel.Warning, Message = "The index was lost; {Count} videos were hashed and taken in again")]
    private static partial void LogAdopted(ILogger logger, int count);
}

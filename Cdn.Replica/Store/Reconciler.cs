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

    /// <summary>Opens the index and returns what is really held.</summary>
    public (StoreIndex Index, List<(VideoName Name, HeldObject Object)> Videos) OpenIndex()
    {
        var index = OpenOrSetAside();
        try
        {
            var videos = index.IsNew ? Adopt(index) : KeepWhatIsThere(index);
            RemoveStrays(videos);
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

    private List<(VideoName Name, HeldObject Object)> KeepWhatIsThere(StoreIndex index)
    {
        var kept = new List<(VideoName, HeldObject)>();
        var sizes = new Dictionary<Sha256Digest, bool>();
        foreach (var (name, held) in index.Load())
        {
            if (!sizes.TryGetValue(held.Sha256, out var isWhole))
            {
                var file = new FileInfo(layout.ObjectOf(held.Sha256));
                sizes[held.Sha256] = isWhole = file.Exists && file.Length == held.Size;
                if (!isWhole)
                {
                    LogDamaged(logger, held.Sha256);
                    StoreFile.Quarantine(layout, file.FullName);
                }
            }

            if (!isWhole)
            {
                index.Remove(name);
                continue;
            }

            var link = new FileInfo(layout.NameOf(name));
            if (!link.Exists || link.Length != held.Size || link.LastWriteTimeUtc != held.LastModified.UtcDateTime)
            {
                StoreFile.LinkName(layout, name, held);
            }

            kept.Add((name, held));
        }

        return kept;
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

    private void RemoveStrays(List<(VideoName Name, HeldObject Object)> videos)
    {
        var names = videos.Select(video => layout.NameOf(video.Name)).ToHashSet();
        var objects = videos.Select(video => layout.ObjectOf(video.Object.Sha256)).ToHashSet();
        var strays = Directory.EnumerateFiles(layout.Names, "*", SearchOption.AllDirectories).Where(path => !names.Contains(path))
            .Concat(Directory.EnumerateFiles(layout.Objects, "*", SearchOption.AllDirectories).Where(path => !objects.Contains(path)))
            .Concat(Directory.EnumerateFiles(layout.Incoming, "link-*"))
            .Concat(Directory.EnumerateFiles(layout.Incoming, StoreLayout.PullPrefix + "*"))
            .ToList();
        foreach (var stray in strays)
        {
            File.Delete(stray);
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

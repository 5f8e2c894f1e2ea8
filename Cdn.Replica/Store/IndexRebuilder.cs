using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>
/// Makes the index anew from the names on the disk, of which every file is hashed once. That takes as long as reading all of it;
/// the service answers meanwhile, and says how far it is.
/// </summary>
internal sealed partial class IndexRebuilder(StoreLayout layout, ILogger<IndexRebuilder> logger)
{
    /// <summary>Names that are written to the index at once: 1,000.</summary>
    private const int GroupSize = 1000;

    /// <summary>Fills an empty index.</summary>
    public void Rebuild(StoreIndex index, Action<string> progress)
    {
        using var hasher = new FileHasher();
        var files = new Dictionary<(ulong Device, ulong Inode), HeldObject>();
        var objects = new Dictionary<Sha256Digest, HeldObject>();
        var (operations, count) = (new List<IndexOperation>(), 0);
        foreach (var path in Directory.EnumerateFiles(layout.Names, "*", SearchOption.AllDirectories))
        {
            if (!VideoName.TryParse(Path.GetRelativePath(layout.Names, path), out var name, out _)
                || !FileStat.TryOf(path, out var status) || !status.IsRegular)
            {
                continue;
            }

            progress($"the index was lost and is made anew: {count} videos were hashed");
            if (status.Inode == 0 || !files.TryGetValue((status.Device, status.Inode), out var held))
            {
                if (TakeIn(hasher, index, name, path, status, objects, operations) is not { } taken)
                {
                    continue;
                }

                files[(status.Device, status.Inode)] = held = taken;
            }

            operations.Add(IndexOperation.Put(name, held.Id));
            count++;
            if (operations.Count >= GroupSize)
            {
                index.Write(operations);
                operations.Clear();
            }
        }

        index.Write(operations);
        index.MarkComplete();
        if (count > 0)
        {
            LogAdopted(logger, count);
        }
    }

    private HeldObject? TakeIn(
        FileHasher hasher, StoreIndex index, VideoName name, string path, FileStat status,
        Dictionary<Sha256Digest, HeldObject> objects, List<IndexOperation> operations)
    {
        Sha256Digest digest;
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            if (hasher.Of(file, status.Size, _ => true) is not { } hash)
            {
                return null; // It became shorter.
            }

            digest = hash;
        }

        if (objects.TryGetValue(digest, out var held))
        {
            return held; // A copy of it. It becomes a link when the disk is looked at.
        }

        var place = layout.ObjectOf(digest);
        if (!FileStat.TryOf(place, out var existing) || !existing.IsSameFile(status))
        {
            DurableFile.Remove(place); // What has the name of this content and was not looked at: this was.
            DurableFile.LinkOrCopy(path, place);
        }

        // If it was not assigned here, the plan says so by dropping it.
        held = new HeldObject(index.NextId(), digest, status.Size, status.ModifiedSeconds, isPinned: true, name);
        objects[digest] = held;
        operations.Add(IndexOperation.Put(held));
        return held;
    }

    [LoggerMessage(EventId = 313, Level = LogLevel.Warning, Message = "The index was lost; {Count} videos were hashed and taken in again")]
    private static partial void LogAdopted(ILogger logger, int count);
}

using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;
using Cdn.Transfer.Sets;

namespace Cdn.Replica.Store;

/// <summary>What was found when a store was opened.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Names">What each name has.</param>
/// <param name="Objects">The objects.</param>
/// <param name="Suspects">Objects whose files are not as they were left, though as long: to be read again.</param>
internal sealed record OpenedStore(
    StoreIndex Index, PersistentMap<VideoName, HeldContent> Names, PersistentMap<Sha256Digest, HeldObject> Objects, List<Sha256Digest> Suspects);

/// <summary>
/// Opens a store: reads the index and brings it and the disk into agreement. The index is the truth about names, the disk about
/// objects: what the index names is held if its object is there with the right length; whatever else is on the disk goes. When
/// there is no index (it was lost or damaged) every name on the disk is hashed and taken in again.
/// </summary>
internal sealed partial class StoreOpener(StoreContext context, IndexRebuilder rebuilder, ILogger<StoreOpener> logger)
{
    private readonly StoreLayout _layout = context.Layout;

    /// <summary>Opens it, and says how far that is.</summary>
    /// <exception cref="IOException">The disk is broken, or full.</exception>
    public OpenedStore Open(Action<string> progress)
    {
        var index = StoreIndex.Open(_layout.Index, SetAside);
        try
        {
            if (index.IsNew)
            {
                rebuilder.Rebuild(index, progress);
            }

            progress("the index is read");
            var loaded = LoadedIndex.Read(index, context.Names);
            progress($"{loaded.Objects.Count} objects are looked at");
            return Agree(index, loaded);
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    private OpenedStore Agree(StoreIndex index, LoadedIndex loaded)
    {
        // Beside one another: at start a second core has nothing to do.
        var strays = Task.Run(() =>
        {
            DiskReconciler.RemoveStrayObjects(_layout, loaded.Objects);
            return DiskReconciler.RemoveStrayNames(_layout, loaded.Names);
        });
        var looked = DiskReconciler.LookAtObjects(_layout, loaded.Objects, context.Names);
        var namesOnDisk = strays.GetAwaiter().GetResult();
        var (names, objects) = (loaded.Names, loaded.Objects);
        if (looked.Damaged.Count > 0)
        {
            (names, objects) = WithoutDamaged(index, loaded, looked.Damaged);
        }

        if (namesOnDisk < names.Count)
        {
            Link(names, name => !FileStat.TryOf(_layout.NameOf(name), out _));
        }

        foreach (var held in looked.Unlinked.Where(held => objects.ContainsKey(held.Sha256)))
        {
            Link(context.Names.Of(held).Select(name => KeyValuePair.Create(name, held.Content)), name => !StoreFiles.IsLink(_layout, name, held.Sha256));
        }

        foreach (var held in objects.Select(item => item.Value))
        {
            context.Hold(held);
            context.Room.Count(held.Size);
        }

        LogOpened(logger, _layout.Root, names.Count, context.Room.Used);
        return new OpenedStore(index, names, objects, looked.Suspects);
    }

    private (PersistentMap<VideoName, HeldContent>, PersistentMap<Sha256Digest, HeldObject>) WithoutDamaged(
        StoreIndex index, LoadedIndex loaded, List<HeldObject> damaged)
    {
        var (names, objects, operations) = (loaded.Names.ToBuilder(), loaded.Objects.ToBuilder(), new List<IndexOperation>());
        foreach (var held in damaged)
        {
            LogDamaged(logger, held.Sha256);
            StoreFiles.Quarantine(_layout, _layout.ObjectOf(held.Sha256));
            foreach (var name in context.Names.Of(held).ToList())
            {
                context.Names.Remove(held, name);
                names.Remove(name);
                StoreFiles.UnlinkName(_layout, name);
                operations.Add(IndexOperation.Remove(name));
            }

            context.Names.ForgetIfEmpty(held.Sha256);
            objects.Remove(held.Sha256);
            operations.Add(IndexOperation.Remove(held));
        }

        index.Write(operations);
        return (names.ToMap(), objects.ToMap());
    }

    private void Link(IEnumerable<KeyValuePair<VideoName, HeldContent>> names, Func<VideoName, bool> isWanted)
    {
        foreach (var (name, content) in names.Where(name => isWanted(name.Key)))
        {
            StoreFiles.Relink(_layout, name, _layout.ObjectOf(content.Sha256));
        }
    }

    private void SetAside(string path, string reason)
    {
        LogIndexDamaged(logger, path, reason);
        StoreFiles.Quarantine(_layout, path);
    }

    [LoggerMessage(EventId = 310, Level = LogLevel.Information, Message = "The store {Folder} holds {Count} videos in {Bytes} bytes")]
    private static partial void LogOpened(ILogger logger, string folder, int count, long bytes);

    [LoggerMessage(EventId = 311, Level = LogLevel.Error, Message = "The index {Path} cannot be used ({Reason}); it is built anew")]
    private static partial void LogIndexDamaged(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 312, Level = LogLevel.Error, Message = "Object {Digest} is missing or damaged and was set aside")]
    private static partial void LogDamaged(ILogger logger, Sha256Digest digest);
}

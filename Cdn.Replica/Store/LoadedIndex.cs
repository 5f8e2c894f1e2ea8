using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Transfer.Sets;

namespace Cdn.Replica.Store;

/// <summary>The index as it is in memory, before anybody has looked at the disk.</summary>
/// <param name="Names">What each name has.</param>
/// <param name="Objects">The objects.</param>
internal sealed record LoadedIndex(PersistentMap<VideoName, HeldContent> Names, PersistentMap<Sha256Digest, HeldObject> Objects)
{
    /// <summary>Reads all of it. Objects that have no name, and names that have no object, are passed over.</summary>
    public static LoadedIndex Read(StoreIndex index, SharedNames shared)
    {
        var rows = new Dictionary<long, (Sha256Digest Sha256, long Size, long Modified, bool IsPinned)>();
        foreach (var (id, sha256, size, modified, isPinned) in index.Objects())
        {
            rows.Add(id, (sha256, size, modified, isPinned));
        }

        var (names, objects) = (PersistentMap<VideoName, HeldContent>.Empty.ToBuilder(), PersistentMap<Sha256Digest, HeldObject>.Empty.ToBuilder());
        foreach (var (text, id) in index.Names())
        {
            if (!rows.TryGetValue(id, out var row) || !VideoName.TryParse(text, out var name, out _))
            {
                continue;
            }

            if (objects.TryGetValue(row.Sha256, out var held))
            {
                shared.Add(held, name);
            }
            else
            {
                objects.Set(row.Sha256, held = new HeldObject(id, row.Sha256, row.Size, row.Modified, row.IsPinned, name));
            }

            names.Set(name, held.Content);
        }

        return new LoadedIndex(names.ToMap(), objects.ToMap());
    }
}

using Cdn.Replica.State;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>
/// Removes pulled objects, as SIEVE chooses them, until there are so many bytes more. Nothing goes if all of it would not be
/// enough. The bytes go first: on a full disk nothing else may be written, not even to the index; what is missing is seen when it
/// is asked for, and at the next start.
/// </summary>
internal sealed class EvictCommand(long bytes) : StoreCommand<List<HeldObject>>
{
    public override void Prepare(StoreChange change)
    {
        Value = [];
        var pulled = change.Context.Pulled;
        if (pulled.Bytes < bytes)
        {
            return;
        }

        for (var freed = 0L; freed < bytes && pulled.Evict(out var digest);)
        {
            if (!change.TryGetObject(digest, out var held) || held.IsPinned)
            {
                continue;
            }

            DurableFile.Remove(change.Layout.ObjectOf(digest));
            foreach (var name in change.Context.Names.Of(held).ToList())
            {
                StoreFiles.UnlinkName(change.Layout, name);
                change.RemoveName(name, keepsName: true, keepsFile: true);
            }

            Value.Add(held);
            freed += held.Size;
        }
    }
}

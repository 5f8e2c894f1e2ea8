using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>
/// Sets aside an object whose bytes are not what its digest says, with all its names; it is filled again. Returns whether it was.
/// One that is not known to be damaged is set aside only if it is not there, or has another length. Its files go first, before
/// anybody hears of it: whatever comes then, nginx does not find them any more.
/// </summary>
internal sealed class SetAsideCommand(HeldObject held, bool isKnownDamaged) : StoreCommand<bool>
{
    public override void Prepare(StoreChange change)
    {
        Value = false;
        var place = change.Layout.ObjectOf(held.Sha256);
        var isWhole = FileStat.TryOf(place, out var status) && status.IsRegular && status.Size == held.Size;
        if ((isWhole && !isKnownDamaged) || !change.TryGetObject(held.Sha256, out var now) || now.Id != held.Id)
        {
            return;
        }

        foreach (var name in change.Context.Names.Of(now).ToList())
        {
            StoreFiles.UnlinkName(change.Layout, name);
            change.RemoveName(name, keepsName: true, keepsFile: true);
        }

        StoreFiles.Quarantine(change.Layout, place);
        change.Afterwards(() => change.Context.Room.Count(status.Size));
        Value = true;
    }
}

/// <summary>Gives an object its modification time again.</summary>
internal sealed class RedateCommand(Sha256Digest digest) : StoreCommand<bool>
{
    public override void Prepare(StoreChange change)
    {
        Value = change.TryGetObject(digest, out var held);
        if (held is not null)
        {
            DurableFile.SetModified(change.Layout.ObjectOf(digest), held.Modified);
        }
    }
}

/// <summary>
/// Links a name to its object again if what nginx would find there is something else, or nothing. Returns whether it was.
/// </summary>
internal sealed class RelinkCommand(VideoName name) : StoreCommand<bool>
{
    public override void Prepare(StoreChange change)
    {
        Value = change.TryGet(name, out var held) && !StoreFiles.IsLink(change.Layout, name, held.Sha256);
        if (Value)
        {
            StoreFiles.Relink(change.Layout, name, change.Layout.ObjectOf(held!.Sha256));
        }
    }
}

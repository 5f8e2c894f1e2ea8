using Cdn.Contracts;
using Cdn.Replica.State;

namespace Cdn.Replica.Store;

/// <summary>
/// Takes a name away, and its object if no other name has it. Open readers finish undisturbed. It is told what the name had.
/// </summary>
internal sealed class DropCommand(VideoName name) : StoreCommand<HeldObject>
{
    public override void Prepare(StoreChange change) => Value = change.RemoveName(name);
}

/// <summary>Gives up a name for a newer version that is on its way (<c>STALE=refetch</c>).</summary>
internal sealed class SupersedeCommand(VideoName name) : StoreCommand<HeldObject>
{
    public override void Prepare(StoreChange change)
    {
        Value = change.RemoveName(name);
        if (Value is not null)
        {
            change.Afterwards(() => change.Context.Superseded[name] = true);
        }
    }
}

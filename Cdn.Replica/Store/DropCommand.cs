using Cdn.Contracts;
using Cdn.Replica.State;

namespace Cdn.Replica.Store;

/// <summary>
/// Takes a name away, and its object if no other name has it. Open readers finish undisturbed. It is told what the name had; null
/// if it has nothing, or something else than what is to go.
/// </summary>
/// <param name="name">The name.</param>
/// <param name="expected">What is to go; null for whatever the name has.</param>
internal sealed class DropCommand(VideoName name, HeldContent? expected = null) : StoreCommand<HeldObject>
{
    public override void Prepare(StoreChange change) =>
        Value = expected is { } content && !(change.TryGet(name, out var held) && held.Content == content)
            ? null
            : change.RemoveName(name);
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

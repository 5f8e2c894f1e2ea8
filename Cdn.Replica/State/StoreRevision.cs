using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Replica.State;

/// <summary>Everything that is held at one moment. It never changes: whoever reads takes one, and no lock.</summary>
/// <param name="Set">What each name has, as the inventory tells it.</param>
/// <param name="Objects">The objects under <c>objects/</c>, by digest.</param>
/// <param name="Purges">The last purges.</param>
/// <param name="Mark">Up to where purges are applied; null if there never was one.</param>
internal sealed record StoreRevision(
    SetRevision<HeldContent> Set, PersistentMap<Sha256Digest, HeldObject> Objects, PurgeHistory Purges, PurgeMark? Mark)
{
    /// <summary>Names that are held.</summary>
    public int Count => Set.Map.Count;

    /// <summary>The object that a name has.</summary>
    public bool TryGet(VideoName name, [NotNullWhen(true)] out HeldObject? held)
    {
        held = null;
        return Set.Map.TryGetValue(name, out var content) && Objects.TryGetValue(content.Sha256, out held);
    }

    /// <summary>The object of a content, under whatever name.</summary>
    public bool TryGetObject(Sha256Digest digest, [NotNullWhen(true)] out HeldObject? held) => Objects.TryGetValue(digest, out held);
}

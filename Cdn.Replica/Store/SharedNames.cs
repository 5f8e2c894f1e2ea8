using Cdn.Contracts;
using Cdn.Replica.State;

namespace Cdn.Replica.Store;

/// <summary>
/// Which names have an object. Nearly every object has one name, which it knows itself; here are those that have had several. Not
/// thread-safe: the writer's own.
/// </summary>
internal sealed class SharedNames
{
    private readonly Dictionary<Sha256Digest, HashSet<VideoName>> _names = [];

    /// <summary>The names of an object.</summary>
    public IReadOnlyCollection<VideoName> Of(HeldObject held) => _names.TryGetValue(held.Sha256, out var names) ? names : [held.FirstName];

    /// <summary>It has this name, too. Returns whether that is new.</summary>
    public bool Add(HeldObject held, VideoName name)
    {
        if (_names.TryGetValue(held.Sha256, out var names))
        {
            return names.Add(name);
        }

        if (held.FirstName == name)
        {
            return false;
        }

        _names[held.Sha256] = [held.FirstName, name];
        return true;
    }

    /// <summary>
    /// It does not have this name any more. Returns false if it was the only one, as the object itself knows: then the object is
    /// to go, and nothing is kept here.
    /// </summary>
    public bool Remove(HeldObject held, VideoName name) => _names.TryGetValue(held.Sha256, out var names) && names.Remove(name);

    /// <summary>Forgets an object that is no more.</summary>
    public void ForgetIfEmpty(Sha256Digest digest)
    {
        if (_names.TryGetValue(digest, out var names) && names.Count == 0)
        {
            _names.Remove(digest);
        }
    }

    public void Clear() => _names.Clear();
}

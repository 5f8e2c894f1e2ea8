namespace Cdn.Controller.Door;

/// <summary>
/// The ways by which nginx goes into the stores that lie on this machine: in each a link, <c>door/names</c>, to its names.
/// Taking it away costs a request that is served nothing, and sends every further one to the replica. A file, <c>closed</c>, says
/// that it is away on purpose.
/// </summary>
internal sealed class StoreDoors(IConfiguration configuration)
{
    private readonly Dictionary<string, string> _stores = configuration.GetSection("STORES").GetChildren()
        .Where(store => !string.IsNullOrEmpty(store.Value))
        .ToDictionary(store => store.Key, store => Path.GetFullPath(store.Value!), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether this controller can close the way into a replica's store.</summary>
    public bool Has(string replica) => _stores.ContainsKey(replica);

    /// <summary>Opens or closes it. Returns whether that was a change.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public bool Set(string replica, bool isOpen)
    {
        if (!_stores.TryGetValue(replica, out var store) || !Directory.Exists(store))
        {
            return false;
        }

        var (door, closed) = (Path.Combine(store, "door", "names"), Path.Combine(store, "closed"));
        if (File.Exists(closed) != isOpen)
        {
            return false;
        }

        if (isOpen)
        {
            if (!Directory.Exists(door))
            {
                Directory.CreateSymbolicLink(door, Path.Combine("..", "names"));
            }

            File.Delete(closed);
        }
        else
        {
            File.WriteAllBytes(closed, []); // First: a replica that starts now must not open it.
            File.Delete(door);
        }

        return true;
    }
}

using System.Collections.Concurrent;
using Cdn.Contracts;
using Cdn.Replica.State;

namespace Cdn.Replica.Store;

/// <summary>
/// What the writer works with, and changes when something is published. Others read of it what says that it may be read.
/// </summary>
/// <param name="layout">Where files are.</param>
/// <param name="room">Counts bytes; for everybody.</param>
internal sealed class StoreContext(StoreLayout layout, RoomAccountant room)
{
    public StoreLayout Layout => layout;

    public RoomAccountant Room => room;

    /// <summary>Which names objects have; the writer's own.</summary>
    public SharedNames Names { get; } = new();

    /// <summary>Hears what happens to objects; null if nobody can.</summary>
    public ObjectWatch? Watch { get; set; }

    /// <summary>What was pulled, in the order in which it goes. Everybody may say what was read.</summary>
    public Sieve<Sha256Digest> Pulled { get; private set; } = new();

    /// <summary>Names that were given up for a newer version on its way; for everybody to read.</summary>
    public ConcurrentDictionary<VideoName, bool> Superseded { get; } = new();

    /// <summary>What came of the last purges, with the log that they were in; the writer's own.</summary>
    public Queue<(string Log, PurgeResult Result)> PurgeResults { get; } = new();

    /// <summary>Forgets all, for another store.</summary>
    public void Clear()
    {
        Names.Clear();
        Superseded.Clear();
        Pulled = new();
        room.Reset();
    }

    /// <summary>An object is held: it may be evicted, or not.</summary>
    public void Hold(HeldObject held)
    {
        if (held.IsPinned)
        {
            Pulled.Remove(held.Sha256);
        }
        else
        {
            Pulled.Add(held.Sha256, held.Size);
        }

        room.Pulled = Pulled.Bytes;
    }

    /// <summary>An object is held no more.</summary>
    public void LetGo(HeldObject held)
    {
        Pulled.Remove(held.Sha256);
        Names.ForgetIfEmpty(held.Sha256);
        room.Pulled = Pulled.Bytes;
        room.Release(held.Size);
    }
}

using Cdn.Contracts;

namespace Cdn.Placement;

/// <summary>One video of a plan.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="First">Where its replicas begin in the shard's slots.</param>
/// <param name="Copies">On how many replicas it is wanted.</param>
internal readonly record struct PlacementEntry(VideoName Name, long Size, int First, ushort Copies);

/// <summary>
/// The part of a plan that has the keys of one range, sorted. Nothing in it changes once it is published; of two plans that
/// differ little most shards are the same object.
/// </summary>
/// <param name="Keys">Keys of the videos, ascending; two of the same key are sorted by name.</param>
/// <param name="Entries">The videos, in the same order.</param>
/// <param name="Slots">
/// For each video the numbers of its best replicas, in order, <see cref="PlacementReplicas.None"/> after the last one that is
/// known. It belongs on as many as there are to be copies; the next ones are spares, which take over when a better one leaves. A
/// diverted video has its actual replicas here, and no spares.
/// </param>
/// <param name="Diverted">Those that are elsewhere than on their best replicas, by index; null if none is.</param>
/// <param name="Copies">Of all videos, if as many are wanted of each; else 0. Then looking up can do without the entries.</param>
internal sealed record PlacementShard(ulong[] Keys, PlacementEntry[] Entries, ushort[] Slots, bool[]? Diverted, int Copies)
{
    /// <summary>Leading bits of a key that choose its shard: 12. Of a million videos each shard has 244.</summary>
    public const int Bits = 12;

    /// <summary>
    /// Spares of each video: 1. With it, most videos of a replica that leaves need not be scored anew. It takes 2 bytes.
    /// </summary>
    public const int Spares = 1;

    public static PlacementShard Empty { get; } = new([], [], [], null, 0);

    /// <summary>
    /// The index of a video; negative if it is not here. Names are compared only where two keys are the same, so one that is not
    /// here is taken for one that is if their keys are, which happens once in 10^13 times.
    /// </summary>
    public int IndexOf(ulong key, VideoName name)
    {
        // Keys are spread evenly, so a key tells about where it is.
        var keys = Keys;
        var at = (int)Math.BigMul(key << Bits, (ulong)keys.Length, out _);
        while (at > 0 && keys[at - 1] >= key)
        {
            at--;
        }

        while (at < keys.Length && keys[at] < key)
        {
            at++;
        }

        if (at + 1 >= keys.Length || keys[at + 1] != key)
        {
            return at < keys.Length && keys[at] == key ? at : -1;
        }

        for (; at < keys.Length && keys[at] == key; at++)
        {
            if (Entries[at].Name == name)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>The video that a slot belongs to.</summary>
    public int EntryOf(int slot)
    {
        if (Copies > 0)
        {
            return slot / (Slots.Length / Keys.Length);
        }

        var (low, high) = (0, Entries.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = Entries[middle].First <= slot ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>All slots of a video: of its replicas and of its spares.</summary>
    public Span<ushort> SlotsOf(int index)
    {
        if (Copies > 0)
        {
            var each = Slots.Length / Keys.Length;
            return Slots.AsSpan(index * each, each);
        }

        var first = Entries[index].First;
        var end = index + 1 < Entries.Length ? Entries[index + 1].First : Slots.Length;
        return Slots.AsSpan(first, end - first);
    }

    /// <summary>The replicas of a video, the best first.</summary>
    public ReadOnlySpan<ushort> ReplicasOf(int index)
    {
        ReadOnlySpan<ushort> slots = SlotsOf(index);
        var count = Math.Min(slots.Length, Copies > 0 ? Copies : Entries[index].Copies);
        while (count > 0 && slots[count - 1] == PlacementReplicas.None)
        {
            count--;
        }

        return slots[..count];
    }
}

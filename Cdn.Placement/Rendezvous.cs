using System.Runtime.InteropServices;
using Cdn.Contracts;

namespace Cdn.Placement;

/// <summary>
/// Rendezvous hashing (highest random weight): every pair of a content or name and a replica has a number, which is the same in
/// every process. Who has the highest is chosen; when one leaves, only what it had is chosen anew.
/// </summary>
internal static class Rendezvous
{
    /// <summary>Characters that are taken in at once: 4, which are 64 bits.</summary>
    private const int Step = sizeof(ulong) / sizeof(char);

    /// <summary>The number of a text by itself.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = Seed((ulong)text.Length + 1);
        for (; text.Length >= Step; text = text[Step..])
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(text)));
        }

        var rest = 0UL;
        foreach (var one in text)
        {
            rest = (rest << 16) | one;
        }

        return Mix(hash ^ rest);
    }

    /// <summary>The number of a pair.</summary>
    public static ulong Rank(ulong one, ulong other) => RankOf(one, Seed(other));

    /// <summary>What the second of a pair gives to its number, for those who ask often.</summary>
    public static ulong Seed(ulong other) => other * 0x9E3779B97F4A7C15;

    /// <summary>The number of a pair whose second is known by its seed.</summary>
    public static ulong RankOf(ulong one, ulong seed) => Mix(one ^ seed);

    /// <summary>The number of a content and a replica.</summary>
    public static ulong Rank(Sha256Digest content, string replica) => Rank(content.Leading, Hash(replica));

    /// <summary>Every bit of the result depends on every bit (the finalizer of SplitMix64).</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

using System.Runtime.InteropServices;
using Cdn.Contracts;

namespace Cdn.Controller.Cluster;

/// <summary>
/// Rendezvous hashing (highest random weight): every pair of a content or name and a replica has a number, which is the same in every
/// process. Who has the highest is chosen; when one leaves, only what it had is chosen anew.
/// </summary>
internal static class Rendezvous
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The number of a text by itself (FNV-1a, 64 bits, mixed).</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = Offset;
        foreach (var one in MemoryMarshal.AsBytes(text))
        {
            hash = (hash ^ one) * Prime;
        }

        return Mix(hash);
    }

    /// <summary>The number of a pair.</summary>
    public static ulong Rank(ulong one, ulong other) => Mix(one ^ (other * 0x9E3779B97F4A7C15));

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

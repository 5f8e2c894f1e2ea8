using Cdn.Contracts;

namespace Cdn.Placement;

/// <summary>
/// Rendezvous hashing (highest random weight): every pair of a content or name and a replica has a number, which is the same in
/// every process. Who has the highest is chosen; when one leaves, only what it had is chosen anew.
/// </summary>
internal static class Rendezvous
{
    /// <summary>The number of a text by itself.</summary>
    public static ulong Hash(ReadOnlySpan<char> text) => StableHashing.Of(text);

    /// <summary>The number of a pair.</summary>
    public static ulong Rank(ulong one, ulong other) => RankOf(one, Seed(other));

    /// <summary>What the second of a pair gives to its number, for those who ask often.</summary>
    public static ulong Seed(ulong other) => StableHashing.Spread(other);

    /// <summary>The number of a pair whose second is known by its seed.</summary>
    public static ulong RankOf(ulong one, ulong seed) => StableHashing.Mix(one ^ seed);

    /// <summary>The number of a content and a replica.</summary>
    public static ulong Rank(Sha256Digest content, string replica) => Rank(content.Leading, Hash(replica));
}

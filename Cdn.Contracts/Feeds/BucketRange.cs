namespace Cdn.Contracts;

/// <summary>A part of a set: the items whose keys' stable hashes begin with these 16 bits.</summary>
/// <param name="First">The first bucket.</param>
/// <param name="End">The bucket after the last one.</param>
public readonly record struct BucketRange(int First, int End)
{
    /// <summary>Bits of a hash that choose a bucket: 16.</summary>
    public const int Bits = 16;

    /// <summary>Buckets of a whole set: 65,536, so that of a million items some fifteen are in one.</summary>
    public const int Count = 1 << Bits;

    /// <summary>All of a set.</summary>
    public static BucketRange All { get; } = new(0, Count);

    /// <summary>The bucket of a hash.</summary>
    public static int Of(ulong stableHash) => (int)(stableHash >> (64 - Bits));

    /// <summary>Whether it is a part of a set at all.</summary>
    public bool IsValid => First >= 0 && First < End && End <= Count;
}

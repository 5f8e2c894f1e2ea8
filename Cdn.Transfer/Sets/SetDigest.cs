using System.Globalization;
using Cdn.Contracts;

namespace Cdn.Transfer.Sets;

/// <summary>
/// 128 bits that stand for a set, whatever the order of its items: the sum of a hash of each. A change costs what changed. It
/// shows that two copies of a set differ; it is no proof against somebody who wants them to seem alike, and what is served is
/// verified by SHA-256.
/// </summary>
public readonly record struct SetDigest(ulong High, ulong Low)
{
    /// <summary>The digest of nothing.</summary>
    public static SetDigest Nothing => default;

    /// <summary>The digest of a set of one item, which is made of three numbers.</summary>
    public static SetDigest Of(ulong one, ulong two, ulong three) => new(
        Fold(0x8BADF00D5EED5EED, one, two, three), Fold(0x0DDBA11C0FFEE000, one, two, three));

    /// <summary>The digest of one video that is held.</summary>
    public static SetDigest Of(VideoName name, HeldContent held) =>
        Of(name.StableHash, held.Sha256.StableHash, ((ulong)held.Size << 1) | (held.Pinned ? 1UL : 0UL));

    /// <summary>The digest of one video of a catalog.</summary>
    public static SetDigest Of(CatalogVideo video)
    {
        ArgumentNullException.ThrowIfNull(video);
        return Of(
            video.Name.StableHash, video.Sha256.StableHash,
            StableHashing.Mix((ulong)video.Size) ^ (ulong)video.LastModified.ToUnixTimeSeconds()
                ^ StableHashing.Of(video.ContentType));
    }

    /// <summary>With more items.</summary>
    public static SetDigest operator +(SetDigest one, SetDigest other) => new(one.High + other.High, one.Low + other.Low);

    /// <summary>Without some items.</summary>
    public static SetDigest operator -(SetDigest one, SetDigest other) => new(one.High - other.High, one.Low - other.Low);

    /// <summary>See <see cref="op_Addition"/>.</summary>
    public static SetDigest Add(SetDigest one, SetDigest other) => one + other;

    /// <summary>See <see cref="op_Subtraction"/>.</summary>
    public static SetDigest Subtract(SetDigest one, SetDigest other) => one - other;

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");

    private static ulong Fold(ulong seed, ulong one, ulong two, ulong three) =>
        StableHashing.Mix(StableHashing.Mix(StableHashing.Mix(seed + one) ^ two) ^ StableHashing.Spread(three));
}

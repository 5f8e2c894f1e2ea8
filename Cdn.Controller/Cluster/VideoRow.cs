using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Controller.Cluster;

/// <summary>What one replica holds under a name that is not the current version.</summary>
internal readonly record struct OtherVersion(int Replica, HeldContent Content);

/// <summary>
/// All that is known of one name: what the catalog says, and who holds what. It is never changed. Who holds the current version
/// is a bit; so a million videos on eight replicas take what a million videos take, and no inventory is kept beside it.
/// </summary>
internal sealed class VideoRow
{
    private VideoRow(VideoName name, CatalogVideo? current, ReplicaSet holders, ReplicaSet keepers, ImmutableArray<OtherVersion> others) =>
        (Name, Current, Holders, Keepers, Others) = (name, current, holders, keepers, others);

    public VideoName Name { get; }

    /// <summary>What the catalog has under this name; null if it has nothing.</summary>
    public CatalogVideo? Current { get; }

    /// <summary>Who holds the current version.</summary>
    public ReplicaSet Holders { get; }

    /// <summary>Those of the holders that hold it for good, and not only because somebody asked for it.</summary>
    public ReplicaSet Keepers { get; }

    /// <summary>Who holds something else under this name. Empty nearly always.</summary>
    public ImmutableArray<OtherVersion> Others { get; }

    public bool IsHeldAnywhere => !Holders.IsEmpty || !Others.IsEmpty;

    private bool IsEmpty => Current is null && !IsHeldAnywhere;

    public static VideoRow Of(CatalogVideo video) => new(video.Name, video, default, default, []);

    public static VideoRow Of(VideoName name, int replica, HeldContent held) => new(name, null, default, default, [new(replica, held)]);

    /// <summary>What a replica holds under this name; null for nothing.</summary>
    public HeldContent? HeldBy(int replica)
    {
        if (Holders.Contains(replica))
        {
            return new HeldContent(Current!.Size, Current.Sha256, Keepers.Contains(replica));
        }

        foreach (var other in Others)
        {
            if (other.Replica == replica)
            {
                return other.Content;
            }
        }

        return null;
    }

    /// <summary>
    /// The same with what a replica holds. This row if that is the same; null if nothing is left to say of the name.
    /// </summary>
    public VideoRow? WithHeld(int replica, HeldContent? held)
    {
        if (HeldBy(replica) == held)
        {
            return this;
        }

        var isCurrent = held is { } content && IsVersion(Current, content);
        OtherVersion? other = held is null || isCurrent ? null : new OtherVersion(replica, held.Value);
        var row = new VideoRow(
            Name,
            Current,
            isCurrent ? Holders.With(replica) : Holders.Without(replica),
            isCurrent && held!.Value.Pinned ? Keepers.With(replica) : Keepers.Without(replica),
            Others.IsEmpty && other is null ? Others : Without(Others, replica, other));
        return row.IsEmpty ? null : row;
    }

    /// <summary>
    /// The same with what the catalog has. This row if that is the same; null if nothing is left to say of the name.
    /// </summary>
    public VideoRow? WithCurrent(CatalogVideo? current)
    {
        if (current == Current)
        {
            return this;
        }

        var (holders, keepers, others) = (default(ReplicaSet), default(ReplicaSet), ImmutableArray.CreateBuilder<OtherVersion>());
        foreach (var other in Others)
        {
            Sort(other.Replica, other.Content);
        }

        foreach (var replica in Holders)
        {
            Sort(replica, HeldBy(replica)!.Value);
        }

        var row = new VideoRow(current?.Name ?? Name, current, holders, keepers, others.ToImmutable());
        return row.IsEmpty ? null : row;

        void Sort(int replica, HeldContent content)
        {
            if (!IsVersion(current, content))
            {
                others.Add(new OtherVersion(replica, content));
                return;
            }

            holders = holders.With(replica);
            keepers = content.Pinned ? keepers.With(replica) : keepers;
        }
    }

    private static bool IsVersion(CatalogVideo? video, HeldContent content) => video is not null && video.Sha256 == content.Sha256 && video.Size == content.Size;

    private static ImmutableArray<OtherVersion> Without(ImmutableArray<OtherVersion> others, int replica, OtherVersion? instead)
    {
        var left = others.RemoveAll(other => other.Replica == replica);
        return instead is { } one ? left.Add(one) : left;
    }
}

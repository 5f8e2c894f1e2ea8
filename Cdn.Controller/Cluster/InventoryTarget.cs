using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Cluster;

/// <summary>Writes what one replica holds into the rows.</summary>
/// <param name="cluster">Where the rows are.</param>
/// <param name="replica">The replica's number.</param>
internal sealed class InventoryTarget(ClusterState cluster, int replica) : RowTarget<HeldVideo>(cluster, SetDigest.Nothing)
{
    protected override VideoName NameOf(HeldVideo item) => item.Name;

    protected override SetDigest DigestOf(VideoRow row) =>
        row.HeldBy(replica) is { } held ? SetDigest.Of(row.Name, held) : SetDigest.Nothing;

    protected override VideoRow With(VideoRow? row, HeldVideo item) =>
        row is null ? VideoRow.Of(item.Name, replica, item.Content) : row.WithHeld(replica, item.Content)!;

    /// <summary>What belongs there: at a controller's start nearly every replica holds that.</summary>
    protected override SetDigest ExpectedOf(ClusterSnapshot now, VideoRow row) =>
        now.Belongs(replica, row) ? SetDigest.Of(row.Name, Assigned(row)) : SetDigest.Nothing;

    protected override VideoRow WithExpected(ClusterSnapshot now, VideoRow row) =>
        now.Belongs(replica, row) ? row.WithHeld(replica, Assigned(row))! : row;

    protected override VideoRow? Without(VideoRow row) => row.WithHeld(replica, null);

    private static HeldContent Assigned(VideoRow row) => new(row.Current!.Size, row.Current.Sha256, Pinned: true);
}

using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Cluster;

/// <summary>Writes what one replica holds into the rows.</summary>
/// <param name="cluster">Where the rows are.</param>
/// <param name="replica">The replica's number.</param>
internal sealed class InventoryTarget(ClusterState cluster, int replica) : RowTarget<HeldVideo>(cluster, SetDigest.Nothing)
{
    protected override VideoName NameOf(HeldVideo item) => item.Name;

    protected override SetDigest DigestOf(VideoRow row) => row.HeldBy(replica) is { } held ? SetDigest.Of(row.Name, held) : SetDigest.Nothing;

    protected override VideoRow With(VideoRow? row, HeldVideo item) =>
        row is null ? VideoRow.Of(item.Name, replica, item.Content) : row.WithHeld(replica, item.Content)!;

    protected override VideoRow? Without(VideoRow row) => row.WithHeld(replica, null);
}

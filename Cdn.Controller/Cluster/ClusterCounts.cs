using System.Collections.Immutable;
using Cdn.Placement;

namespace Cdn.Controller.Cluster;

/// <summary>Sums over all rows. They are kept up to date by what differs between two snapshots, in one place: here.</summary>
/// <param name="Catalog">What the catalog has.</param>
/// <param name="Held">What each replica holds, of whatever version.</param>
/// <param name="Proven">What of it belongs there, in its current version.</param>
internal sealed record ClusterCounts(PlannedLoad Catalog, ImmutableArray<PlannedLoad> Held, ImmutableArray<PlannedLoad> Proven)
{
    public static ClusterCounts Of(int replicas)
    {
        ImmutableArray<PlannedLoad> nothing = [.. new PlannedLoad[replicas]];
        return new ClusterCounts(default, nothing, nothing);
    }

    /// <summary>The sums after a change.</summary>
    public ClusterCounts After(ClusterSnapshot before, ClusterSnapshot after)
    {
        var (catalog, held, proven) = (Catalog, Held.ToArray(), Proven.ToArray());
        foreach (var change in SnapshotDiff.Between(before, after))
        {
            Count(change.Before, before, -1);
            Count(change.After, after, 1);
        }

        return new ClusterCounts(catalog, [.. held], [.. proven]);

        void Count(VideoRow? row, ClusterSnapshot snapshot, int sign)
        {
            if (row?.Current is { } video)
            {
                catalog = catalog.Add(sign, sign * video.Size);
            }

            foreach (var replica in row?.Holders ?? default)
            {
                held[replica] = held[replica].Add(sign, sign * row!.Current!.Size);
                if (snapshot.Belongs(replica, row))
                {
                    proven[replica] = proven[replica].Add(sign, sign * row.Current.Size);
                }
            }

            foreach (var other in row is null ? [] : row.Others)
            {
                held[other.Replica] = held[other.Replica].Add(sign, sign * other.Content.Size);
            }
        }
    }
}

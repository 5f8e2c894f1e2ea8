using Cdn.Contracts;
using Cdn.Placement;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Cluster;

/// <summary>A video of which something may be different.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">What was known of it.</param>
/// <param name="After">What is known now.</param>
internal readonly record struct RowChange(VideoName Name, VideoRow? Before, VideoRow? After);

/// <summary>
/// Which videos have another row, or belong elsewhere, in the later of two snapshots; each once. It costs what changed, not what
/// there is: whoever keeps something for every video keeps it up to date by this.
/// </summary>
internal static class SnapshotDiff
{
    public static IEnumerable<RowChange> Between(ClusterSnapshot before, ClusterSnapshot after)
    {
        foreach (var change in PersistentMap<VideoName, VideoRow>.Diff(before.Videos, after.Videos))
        {
            yield return new RowChange(change.Key, change.Before, change.After);
        }

        if (before.Plan == after.Plan || after.Plan is not { } plan)
        {
            yield break;
        }

        foreach (var name in plan.ChangedSince(before.Plan))
        {
            var (old, row) = (before.Videos.GetValueOrDefault(name), after.Videos.GetValueOrDefault(name));
            if (old == row)
            {
                yield return new RowChange(name, row, row);
            }
        }
    }
}

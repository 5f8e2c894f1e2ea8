using Cdn.Contracts;

namespace Cdn.Placement;

/// <content>What differs between two plans.</content>
internal sealed partial class PlacementPlan
{
    /// <summary>
    /// Videos that are on other replicas than in a plan before this one, or are new, or gone. Shards that both share are not
    /// looked at.
    /// </summary>
    public IEnumerable<VideoName> ChangedSince(PlacementPlan? before)
    {
        for (var i = 0; i < _shards.Length; i++)
        {
            var (old, now) = (before?._shards[i] ?? PlacementShard.Empty, _shards[i]);
            if (ReferenceEquals(old, now))
            {
                continue;
            }

            int one = 0, other = 0;
            while (one < old.Keys.Length || other < now.Keys.Length)
            {
                var order = one == old.Keys.Length ? 1 : other == now.Keys.Length ? -1 : Compare(old, one, now, other);
                if (order != 0)
                {
                    yield return order < 0 ? old.Entries[one].Name : now.Entries[other].Name;
                }
                else if (!old.ReplicasOf(one).SequenceEqual(now.ReplicasOf(other)))
                {
                    yield return now.Entries[other].Name;
                }

                one += order <= 0 ? 1 : 0;
                other += order >= 0 ? 1 : 0;
            }
        }
    }

    /// <summary>Entries are sorted by key, and those of one key by name.</summary>
    private static int Compare(PlacementShard old, int one, PlacementShard now, int other) =>
        old.Keys[one] != now.Keys[other]
            ? old.Keys[one].CompareTo(now.Keys[other])
            : string.CompareOrdinal(old.Entries[one].Name.Value, now.Entries[other].Name.Value);
}

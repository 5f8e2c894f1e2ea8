using Cdn.Controller.Cluster;

namespace Cdn.Controller.Steering;

/// <summary>
/// How well a replica can serve a video; more is better. An older version is better than none while the new one is on its way; a
/// draining or a suspect replica is better than one that has nothing; and one that has nothing gets it, from a push that is on
/// its way or from the origin, and passes it on.
/// </summary>
internal static class Suitability
{
    /// <summary>It cannot serve it.</summary>
    public const int None = 0;

    /// <summary>
    /// Up to here it does not hold it: it is up, and better of those where it belongs, and better not draining.
    /// </summary>
    public const int BestOfThoseWithoutIt = 4;

    private const int Suspect = 5;
    private const int Draining = 7;
    private const int Up = 9;

    /// <param name="snapshot">What is known.</param>
    /// <param name="replica">Number of the replica.</param>
    /// <param name="row">The video.</param>
    public static int Of(ClusterSnapshot snapshot, int replica, VideoRow row)
    {
        var view = snapshot.Replicas[replica];
        if (view.State == ReplicaState.Down || view.Missed.Contains(row.Name))
        {
            return None;
        }

        var holds = row.Holders.Contains(replica);
        if (holds || row.HeldBy(replica) is not null)
        {
            return (view.State == ReplicaState.Suspect ? Suspect : view.IsDraining ? Draining : Up) + (holds || row.Current is null ? 1 : 0);
        }

        return view.State != ReplicaState.Up || row.Current is null
            ? None
            : 1 + (view.IsDraining ? 0 : 1) + (snapshot.Belongs(replica, row) ? 2 : 0);
    }
}

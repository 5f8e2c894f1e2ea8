using Cdn.Controller.Cluster;

namespace Cdn.Controller.Steering;

/// <summary>
/// How well a replica can serve a video; more is better. An older version is better than none while the new one is on its way; a
/// draining or a suspect replica is better than one that has nothing; and one that has nothing gets it, from a push that is on
/// its way or from the origin, and passes it on. A suspect one that has nothing is the last resort: a missed heartbeat is no
/// reason to refuse a client whom nobody else can serve.
/// </summary>
internal static class Suitability
{
    /// <summary>It cannot serve it.</summary>
    public const int None = 0;

    /// <summary>
    /// Up to here it does not hold it: it is up, and better of those where it belongs, and better not draining.
    /// </summary>
    public const int BestOfThoseWithoutIt = 5;

    private const int SuspectWithoutIt = 1;
    private const int UpWithoutIt = 2;
    private const int Suspect = 6;
    private const int Draining = 8;
    private const int Up = 10;

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

        if (row.Current is null)
        {
            return None;
        }

        return view.State == ReplicaState.Suspect
            ? SuspectWithoutIt
            : UpWithoutIt + (view.IsDraining ? 0 : 1) + (snapshot.Belongs(replica, row) ? 2 : 0);
    }
}

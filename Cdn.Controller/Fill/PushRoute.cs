using Cdn.Controller.Cluster;
using Cdn.Placement;

namespace Cdn.Controller.Fill;

/// <summary>
/// Step F5's question: who sends a video to a replica? Somebody who holds it, if there is one. Else the replicas that lack it
/// form a chain, in an order of their own for each video: the first gets it from the origin, each other from the one before it,
/// while that one is still receiving it. So the bytes leave the origin once. Several controllers that see the same come to the
/// same answer.
/// </summary>
internal static class PushRoute
{
    /// <summary>The origin as a source.</summary>
    public const int Origin = -1;

    /// <summary>The origin's name.</summary>
    public const string OriginName = "origin";

    /// <summary>
    /// Size from which a video is sent on while it is arriving: 1 MiB. Smaller ones are there before it could begin.
    /// </summary>
    private const long FollowFrom = 1024 * 1024;

    private static readonly VideoTraffic NoTraffic = new();

    /// <summary>
    /// The source of a push to a replica; null if it has to wait: for the one before it in the chain, or until the origin may be
    /// asked again.
    /// </summary>
    public static int? SourceOf(VideoRow row, int target, ClusterSnapshot snapshot, FillState state, TimeSpan now)
    {
        var (video, traffic) = (row.Current!, state.TrafficOf(row.Name) ?? NoTraffic);
        var (holder, holderRank) = ((int?)null, 0UL);
        var (before, beforeRank) = ((int?)null, 0UL);
        var content = video.Sha256.Leading;
        var ownRank = Rendezvous.Rank(content, snapshot.Replicas[target].Hash);
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            var replica = snapshot.Replicas[i];
            if (replica.State != ReplicaState.Up || i == target)
            {
                continue;
            }

            if (row.Holders.Contains(i) || traffic.HasAnswered(i, video.Sha256))
            {
                // Another one for each pair, so that all holders share the work.
                if (CanSend(i) && Rendezvous.Rank(ownRank, replica.Hash) is var rank && (holder is null || rank > holderRank))
                {
                    (holder, holderRank) = (i, rank);
                }
            }
            else if (Rendezvous.Rank(content, replica.Hash) is var rank && rank < ownRank && (before is null || rank > beforeRank) && WillHaveIt(i))
            {
                (before, beforeRank) = (i, rank);
            }
        }

        return holder ?? (before is { } one ? Following(one) : First());

        // It has nothing of what was purged, and has not failed this one before.
        bool CanSend(int replica) => snapshot.Replicas[replica].Missed == MissedPurges.None
            && !traffic.HasFailed(target, replica)
            && !state.GateOf(replica).IsShut(now);

        bool WillHaveIt(int replica) => snapshot.Lacks(replica, row)
            && !traffic.HasStopped(replica)
            && !traffic.HasFailed(target, replica)
            && !state.Replicas[replica].Gate.IsShut(now, video.Size);

        // One that comes back finds others receiving who were behind it: it joins at the end of those, and the origin is not
        // asked twice.
        int? First()
        {
            var (last, fewest) = ((int?)null, int.MaxValue);
            for (var i = 0; i < snapshot.Replicas.Length; i++)
            {
                if (i != target && snapshot.Replicas[i].State == ReplicaState.Up && !traffic.HasFailed(target, i)
                    && traffic.SenderTo(i) is not null && !traffic.Follows(i, target) && traffic.ReceiversFrom(i) < fewest)
                {
                    (last, fewest) = (i, traffic.ReceiversFrom(i));
                }
            }

            return last is { } end ? Following(end) : state.GateOf(Origin).IsShut(now) ? null : Origin;
        }

        int? Following(int source) =>
            video.Size >= FollowFrom && traffic.SenderTo(source) is not null && !traffic.Follows(source, target) ? source : null;
    }
}

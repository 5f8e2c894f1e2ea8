using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Placement;

namespace Cdn.Controller.Fill;

/// <summary>
/// Step F5's question: who sends a video to a replica? Somebody who holds it, if there is one. Else the replicas that lack it form a
/// chain, in an order of their own for each video: the first gets it from the origin, each other from the one before it, while that one is
/// still receiving it. So the bytes leave the origin once. Several controllers that see the same come to the same answer.
/// </summary>
internal static class PushRoute
{
    /// <summary>The origin's name as a source.</summary>
    public const string Origin = "origin";

    /// <summary>Size from which a video is sent on while it is arriving: 1 MiB. Smaller ones are there before it could begin.</summary>
    private const long FollowFrom = 1024 * 1024;

    /// <summary>The source of a push to a replica; null if it has to wait for the one before it in the chain.</summary>
    public static string? SourceOf(CatalogVideo video, string target, ClusterSnapshot snapshot, PushBoard board)
    {
        var failed = board.FailedSources(target, video.Name);
        var (holder, holderRank) = ((string?)null, 0UL);
        var (before, beforeRank) = ((string?)null, 0UL);
        var ownRank = Rendezvous.Rank(video.Sha256, target);
        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            var replica = snapshot.Replicas[i];
            if (replica.State != ReplicaState.Up || replica.Name == target || failed.Contains(replica.Name))
            {
                continue;
            }

            if (CanSend(replica, video, snapshot, board))
            {
                // Another one for each pair, so that all holders share the work.
                var rank = Rendezvous.Rank(Rendezvous.Rank(video.Sha256, target), Rendezvous.Hash(replica.Name));
                (holder, holderRank) = holder is null || rank > holderRank ? (replica.Name, rank) : (holder, holderRank);
            }
            else if (snapshot.Belongs(i, video.Name) && !replica.Keeps(video) && !board.HasStopped(replica.Name, video.Name)
                && Rendezvous.Rank(video.Sha256, replica.Name) is var rank && rank < ownRank && (before is null || rank > beforeRank))
            {
                (before, beforeRank) = (replica.Name, rank);
            }
        }

        return holder ?? (before is null ? FirstSource(video, target, snapshot, board) : Following(video, target, before, board));
    }

    /// <summary>
    /// The source of the first of the chain. One that comes back finds others receiving who were behind it: it joins at the end of
    /// those, and the origin is not asked twice.
    /// </summary>
    private static string? FirstSource(CatalogVideo video, string target, ClusterSnapshot snapshot, PushBoard board)
    {
        var failed = board.FailedSources(target, video.Name);
        var last = snapshot.Replicas
            .Where(replica => replica.State == ReplicaState.Up && replica.Name != target && !failed.Contains(replica.Name))
            .Select(replica => replica.Name)
            .Where(replica => board.SenderTo(replica, video.Name) is not null && !board.Follows(replica, target, video.Name))
            .MinBy(replica => board.ReceiversFrom(replica, video.Name));
        return last is null ? Origin : Following(video, target, last, board);
    }

    private static string? Following(CatalogVideo video, string target, string source, PushBoard board) =>
        video.Size >= FollowFrom && board.SenderTo(source, video.Name) is not null && !board.Follows(source, target, video.Name) ? source : null;

    /// <summary>Whether a replica has the video, and nothing of it that was purged.</summary>
    private static bool CanSend(ReplicaView replica, CatalogVideo video, ClusterSnapshot snapshot, PushBoard board) =>
        (replica.Holds(video) || board.HasAnswered(replica.Name, video)) && snapshot.Purges.AppliedBy(replica.Mark) >= snapshot.Purges.Last;
}

using Cdn.Contracts;
using Cdn.Placement;

namespace Cdn.Tests.Placement;

/// <summary>Short ways to make plans, and to say what they are.</summary>
internal static class Plans
{
    public static PlacementReplicas Replicas(int count) => Replicas(Enumerable.Repeat((long?)null, count).ToArray());

    /// <summary>Replicas named replica1 and so on, with these capacities.</summary>
    public static PlacementReplicas Replicas(params long?[] capacities) =>
        new(capacities.Select((capacity, i) => new PlacementReplica($"replica{i + 1}", capacity)));

    /// <summary>The same without one of them, by number.</summary>
    public static PlacementReplicas Without(PlacementReplicas replicas, int replica) =>
        new(replicas.All.SetItem(replica, replicas.All[replica] with { IsIn = false }));

    /// <summary>Videos named 0.mp4 and so on.</summary>
    public static PlacementVideo[] Videos(int count, long size = 10, int copies = 1) =>
        [.. Enumerable.Range(0, count).Select(i => new PlacementVideo(VideoName.Parse($"{i}.mp4"), size, copies))];

    /// <summary>Everything that a plan says of some videos.</summary>
    public static string Describe(PlacementPlan plan, IEnumerable<PlacementVideo> videos) => string.Join('\n',
    [
        .. videos.OrderBy(video => video.Name.Value, StringComparer.Ordinal)
            .Select(video => $"{video.Name} {string.Join(' ', plan.ReplicasOf(video.Name).ToArray().Select(replica => plan.Replicas.All[replica].Name))}"),
        .. plan.Replicas.All.Select((replica, i) => $"{replica.Name} {plan.LoadOf(i)}").Order(StringComparer.Ordinal),
        $"{plan.Count} {plan.Unplaced} {plan.IsBound}",
    ]);

    /// <summary>Bytes that have to be sent to bring replicas from one plan to another.</summary>
    public static long Moved(PlacementPlan from, PlacementPlan to, IEnumerable<PlacementVideo> videos) => videos.Sum(video =>
        video.Size * to.ReplicasOf(video.Name).ToArray().Except(from.ReplicasOf(video.Name).ToArray()).Count());
}

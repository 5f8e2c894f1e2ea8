using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Placement;

/// <summary>
/// Step F4 where not every replica holds everything: keeps the plan up to date with the catalog and the replicas. A replica that is away
/// stays in the plan for <c>REPLACE_AFTER</c>, so that a restart moves nothing.
/// </summary>
internal sealed partial class PlacementService(
    ClusterState cluster, IOptions<ControllerOptions> options, TimeProvider time, ILogger<PlacementService> logger) : BackgroundService
{
    /// <summary>Longest time between two looks: 1 s. Time alone may change the plan.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _awaySince = [];
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Value.ReplaceAfterSeconds);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Copies is not { } copies)
        {
            return; // Every replica holds everything: there is nothing to plan.
        }

        using var changed = new Signal();
        cluster.Changed += changed.Set;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                Plan(cluster.Current, copies);
                await changed.WaitAsync(LookEvery, stoppingToken);
            }
        }
        finally
        {
            cluster.Changed -= changed.Set;
        }
    }

    private void Plan(ClusterSnapshot snapshot, int copies)
    {
        var replicas = new PlacementReplicas(snapshot.Replicas.Select(replica =>
            new PlacementReplica(replica.Name, replica.Capacity, IsIn: !IsGivenUp(replica))));
        if (snapshot.Catalog is not { IsRemembered: false } catalog)
        {
            return;
        }

        var before = snapshot.Plan;
        var plan = before is null || snapshot.PlannedFor is not { } known
            ? PlacementPlan.Create(replicas, catalog.Videos.Values.Select(Video), options.Value.PlacementSlack)
            : before.With(replicas).With(
                catalog.Videos.Values.Where(video => !known.Videos.TryGetValue(video.Name, out var old) || old.Size != video.Size).Select(Video),
                known.Videos.Keys.Where(name => !catalog.Videos.ContainsKey(name)));
        if (plan == before && catalog == snapshot.PlannedFor)
        {
            return;
        }

        cluster.SetPlan(plan, catalog);
        if (plan.Unplaced != (before?.Unplaced ?? default))
        {
            LogUnplaced(logger, plan.Unplaced.Videos, plan.Unplaced.Bytes);
        }

        PlacementVideo Video(CatalogVideo video) => new(video.Name, video.Size, copies);
    }

    private bool IsGivenUp(ReplicaView replica)
    {
        if (replica.State != ReplicaState.Down)
        {
            if (_awaySince.Remove(replica.Name, out var since) && time.GetElapsedTime(since) >= _patience)
            {
                LogBack(logger, replica.Name);
            }

            return false;
        }

        if (_awaySince.TryAdd(replica.Name, time.GetTimestamp()))
        {
            return _patience == TimeSpan.Zero;
        }

        return time.GetElapsedTime(_awaySince[replica.Name]) >= _patience;
    }

    [LoggerMessage(EventId = 530, Level = LogLevel.Warning, Message = "{Videos} videos have fewer copies than are wanted, for lack of replicas or of room: {Bytes} bytes")]
    private static partial void LogUnplaced(ILogger logger, int videos, long bytes);

    [LoggerMessage(EventId = 531, Level = LogLevel.Information, Message = "{Replica} is back, and gets videos again")]
    private static partial void LogBack(ILogger logger, string replica);
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Demand;
using Cdn.Placement;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Placement;

/// <summary>
/// Step F4 where not every replica holds everything: keeps the plan up to date with the catalog, the replicas and demand. A replica that is away
/// stays in the plan for <c>REPLACE_AFTER</c>, so that a restart moves nothing.
/// </summary>
internal sealed partial class PlacementService(
    ClusterState cluster, IOptions<ControllerOptions> options, IMeterFactory meters, TimeProvider time, ILogger<PlacementService> logger)
    : BackgroundService
{
    /// <summary>Longest time between two looks: 1 s. Time alone may change the plan.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _awaySince = [];
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Value.ReplaceAfterSeconds);
    private FrozenDictionary<VideoName, int> _inDemand = FrozenDictionary<VideoName, int>.Empty;
    private DemandView? _demand;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Copies is not { } copies)
        {
            return; // Every replica holds everything: there is nothing to plan.
        }

        meters.Create("Cdn.Controller").CreateObservableGauge(
            "cdn.placement.in_demand", () => _inDemand.Count, "{video}", "Videos that have more copies than others, for as long as they are in demand.");
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
        ImmutableArray<PlacementReplica> all = [.. snapshot.Replicas.Select(replica => new PlacementReplica(replica.Name, replica.Capacity, IsIn: !IsGivenUp(replica)))];
        if (snapshot.Catalog is not { IsRemembered: false } catalog
            || (snapshot.Plan is { } current && catalog == snapshot.PlannedFor && snapshot.Demand == _demand && current.Replicas.All.SequenceEqual(all)))
        {
            return; // Most snapshots are of a probe that said nothing new.
        }

        var replicas = new PlacementReplicas(all);
        var inDemand = snapshot.Demand.WantedCopies(copies, options.Value.CopiesMax ?? int.MaxValue, replicas.In);
        var plan = snapshot is { Plan: { } before, PlannedFor: { } known }
            ? before.With(replicas).With(
                catalog.Videos.Values.Where(video => IsNew(video, known)).Select(Video),
                known.Videos.Keys.Where(name => !catalog.Videos.ContainsKey(name)))
            : PlacementPlan.Create(replicas, catalog.Videos.Values.Select(Video), options.Value.PlacementSlack);
        if (inDemand.Count != _inDemand.Count)
        {
            LogInDemand(logger, inDemand.Count, copies);
        }

        (_inDemand, _demand) = (inDemand, snapshot.Demand);
        if (plan == snapshot.Plan && catalog == snapshot.PlannedFor)
        {
            return;
        }

        cluster.SetPlan(plan, catalog);
        if (plan.Unplaced != (snapshot.Plan?.Unplaced ?? default))
        {
            LogUnplaced(logger, plan.Unplaced.Videos, plan.Unplaced.Bytes);
        }

        PlacementVideo Video(CatalogVideo video) => new(video.Name, video.Size, Math.Max(copies, inDemand.GetValueOrDefault(video.Name)));

        bool IsNew(CatalogVideo video, CatalogView known) =>
            !known.Videos.TryGetValue(video.Name, out var old)
            || old.Size != video.Size
            || inDemand.GetValueOrDefault(video.Name) != _inDemand.GetValueOrDefault(video.Name);
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

    [LoggerMessage(EventId = 532, Level = LogLevel.Information, Message = "{Videos} videos are in demand, and get more than {Copies} copies")]
    private static partial void LogInDemand(ILogger logger, int videos, int copies);

    [LoggerMessage(EventId = 531, Level = LogLevel.Information, Message = "{Replica} is back, and gets videos again")]
    private static partial void LogBack(ILogger logger, string replica);
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Placement;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.Transfer.Sets;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Placement;

/// <summary>
/// Step F4 where not every replica holds everything: keeps the plan up to date with the catalog, the replicas and demand. A
/// replica that is away stays in the plan for <c>REPLACE_AFTER</c>, so that a restart moves nothing.
/// </summary>
internal sealed partial class PlacementService(
    ClusterState cluster, IOptions<ControllerOptions> options, IMeterFactory meters, TimeProvider time, ILogger<PlacementService> logger)
    : BackgroundService
{
    /// <summary>Longest time between two looks: 1 s. Time alone may change the plan.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, TimeSpan> _awaySince = [];
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Value.ReplaceAfterSeconds);
    private FrozenDictionary<VideoName, int> _inDemand = FrozenDictionary<VideoName, int>.Empty;
    private PersistentMap<VideoName, VideoRow> _planned = PersistentMap<VideoName, VideoRow>.Empty;
    private DemandView? _demand;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Copies is not { } copies)
        {
            return; // Every replica holds everything: there is nothing to plan.
        }

        meters.Create("Cdn.Controller").CreateObservableGauge(
            "cdn.placement.in_demand", () => _inDemand.Count, "{video}", "Videos that have more copies than others, for as long as they are in demand.");
        var changed = new Signal();
        cluster.Changed += changed.Set;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                Plan(cluster.Current, copies);
                await changed.WaitAsync(LookEvery, time, stoppingToken);
            }
        }
        finally
        {
            cluster.Changed -= changed.Set;
        }
    }

    /// <summary>Plans what differs from the last plan: a change of one video costs one video.</summary>
    internal void Plan(ClusterSnapshot snapshot, int copies)
    {
        if (snapshot.Catalog is not { IsRemembered: false } catalog)
        {
            return;
        }

        ImmutableArray<PlacementReplica> all = [.. snapshot.Replicas.Select(replica => new PlacementReplica(replica.Name, replica.Capacity, IsIn: !IsGivenUp(replica)))];
        var replicas = snapshot.Plan is { } current && current.Replicas.All.SequenceEqual(all) ? current.Replicas : new PlacementReplicas(all);
        var inDemand = snapshot.Demand == _demand && replicas == snapshot.Plan?.Replicas
            ? _inDemand
            : snapshot.Demand.WantedCopies(copies, options.Value.CopiesMax ?? int.MaxValue, replicas.In);
        var (set, removed) = Changes(snapshot, inDemand);
        if (inDemand.Count != _inDemand.Count)
        {
            LogInDemand(logger, inDemand.Count, copies);
        }

        (_inDemand, _demand, _planned) = (inDemand, snapshot.Demand, snapshot.Videos);
        var plan = (snapshot.Plan?.With(replicas) ?? PlacementPlan.Empty(replicas, options.Value.PlacementSlack)).With(
            set.Select(video => new PlacementVideo(video.Name, video.Size, Math.Max(copies, inDemand.GetValueOrDefault(video.Name)))), removed);
        if (plan == snapshot.Plan && catalog == snapshot.PlannedFor)
        {
            return; // Most snapshots are of a heartbeat that said nothing new.
        }

        cluster.SetPlan(plan, catalog);
        if (plan.Unplaced != (snapshot.Plan?.Unplaced ?? default))
        {
            LogUnplaced(logger, plan.Unplaced.Videos, plan.Unplaced.Bytes);
        }
    }

    /// <summary>
    /// Videos that are new, have another size, or are wanted on more or fewer replicas; and those that are no more.
    /// </summary>
    private (IReadOnlyCollection<CatalogVideo> Set, List<VideoName> Removed) Changes(ClusterSnapshot snapshot, FrozenDictionary<VideoName, int> inDemand)
    {
        var (set, removed) = (new Dictionary<VideoName, CatalogVideo>(), new List<VideoName>());
        foreach (var change in PersistentMap<VideoName, VideoRow>.Diff(_planned, snapshot.Videos))
        {
            var (before, after) = (change.Before?.Current, change.After?.Current);
            if (after is not null && (before is null || before.Size != after.Size))
            {
                set[change.Key] = after;
            }
            else if (after is null && before is not null)
            {
                removed.Add(change.Key);
            }
        }

        foreach (var name in _inDemand.Keys.Concat(inDemand.Keys))
        {
            if (inDemand.GetValueOrDefault(name) != _inDemand.GetValueOrDefault(name) && snapshot.Videos.GetValueOrDefault(name)?.Current is { } video)
            {
                set[name] = video;
            }
        }

        return (set.Values, removed);
    }

    private bool IsGivenUp(ReplicaView replica)
    {
        var now = time.Now();
        if (replica.State != ReplicaState.Down)
        {
            if (_awaySince.Remove(replica.Name, out var since) && now - since >= _patience)
            {
                LogBack(logger, replica.Name);
            }

            return false;
        }

        return !_awaySince.TryAdd(replica.Name, now) ? now - _awaySince[replica.Name] >= _patience : _patience == TimeSpan.Zero;
    }

    [LoggerMessage(EventId = 530, Level = LogLevel.Warning, Message = "{Videos} videos have fewer copies than are wanted, for lack of replicas or of room: {Bytes} bytes")]
    private static partial void LogUnplaced(ILogger logger, int videos, long bytes);

    [LoggerMessage(EventId = 532, Level = LogLevel.Information, Message = "{Videos} videos are in demand, and get more than {Copies} copies")]
    private static partial void LogInDemand(ILogger logger, int videos, int copies);

    [LoggerMessage(EventId = 531, Level = LogLevel.Information, Message = "{Replica} is back, and gets videos again")]
    private static partial void LogBack(ILogger logger, string replica);
}

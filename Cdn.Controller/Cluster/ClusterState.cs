using Cdn.Contracts;
using Cdn.Placement;
using Cdn.ServiceDefaults.Discovery;
using Cdn.Transfer.Sets;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Cluster;

/// <summary>Publishes one <see cref="ClusterSnapshot"/> at a time. Readers take no lock; writers swap the reference.</summary>
/// <param name="replicas">All configured replicas.</param>
/// <param name="isPartial">Whether not every replica is to hold everything.</param>
internal sealed class ClusterState(ReplicaDirectory replicas, bool isPartial = false)
{
    private readonly Lock _gate = new();
    private ClusterSnapshot _next = First(replicas, isPartial);
    private volatile ClusterSnapshot _current = First(replicas, isPartial);
    private int _depth;

    /// <summary>
    /// Raised after every new snapshot, on the thread that made it. Handlers only set a signal, and cannot fail.
    /// </summary>
    public event Action? Changed;

    public ClusterSnapshot Current => _current;

    /// <summary>Makes several changes, of which nobody sees one without the others.</summary>
    public void Together(Action changes) => Publish(changes);

    /// <summary>Changes rows. The epoch grows if one is different.</summary>
    public void SetRows(Action<ClusterSnapshot, PersistentMap<VideoName, VideoRow>.Builder> change) => Change(now =>
    {
        var builder = now.Videos.ToBuilder();
        change(now, builder);
        return builder.ToMap() is var rows && rows == now.Videos ? now : Counted(now, now with { Epoch = now.Epoch + 1, Videos = rows });
    });

    /// <summary>The rows are those of this catalog from now on.</summary>
    public void SetCatalog(CatalogView catalog) =>
        Change(now => catalog == now.Catalog ? now : now with { Epoch = now.Epoch + 1, Catalog = catalog });

    /// <summary>Takes the plan for a catalog.</summary>
    public void SetPlan(PlacementPlan plan, CatalogView catalog) =>
        Change(now => Counted(now, now with { Epoch = now.Epoch + 1, Plan = plan, PlannedFor = catalog }));

    /// <summary>Takes what was asked for lately. By itself it changes neither steering nor what belongs where.</summary>
    public void SetDemand(DemandView demand) => Change(now => now with { Demand = demand });

    /// <summary>Takes what cannot be filled.</summary>
    public void SetTroubles(FillTroubles troubles) =>
        Change(now => troubles.Equals(now.Troubles) ? now : now with { Epoch = now.Epoch + 1, Troubles = troubles });

    /// <summary>
    /// Takes the log of purges, unless a later state of it is known already. What is purged is not believed any more at once.
    /// </summary>
    public void SetPurges(PurgeLog purges) => Change(now =>
        purges == now.Purges || (purges.Id == now.Purges.Id && (purges.Last < now.Purges.Last || purges.Closed < now.Purges.Closed))
            ? now
            : now with
            {
                Epoch = now.Epoch + 1,
                Purges = purges,
                Replicas = [.. now.Replicas.Select(replica => replica with { Missed = MissedPurges.Of(purges, replica.Mark) })],
            });

    /// <summary>
    /// Replaces the view of one replica. The epoch grows unless its <see cref="ReplicaView.Essence"/> is the same.
    /// </summary>
    public void SetReplica(int replica, Func<ReplicaView, ReplicaView> change) => Change(now =>
    {
        var before = now.Replicas[replica];
        var after = change(before);
        after = after.Mark == before.Mark ? after : after with { Missed = MissedPurges.Of(now.Purges, after.Mark) };
        return after == before
            ? now
            : now with
            {
                Epoch = after.Essence == before.Essence ? now.Epoch : now.Epoch + 1,
                Replicas = now.Replicas.SetItem(replica, after),
            };
    });

    private static ClusterSnapshot First(ReplicaDirectory replicas, bool isPartial) =>
        new(0, null, PersistentMap<VideoName, VideoRow>.Empty, [.. replicas.Names.Select(ReplicaView.Unknown)]) { IsPartial = isPartial };

    private static ClusterSnapshot Counted(ClusterSnapshot before, ClusterSnapshot after) => after with { Counts = before.Counts.After(before, after) };

    private void Change(Func<ClusterSnapshot, ClusterSnapshot> change) => Publish(() => _next = change(_next));

    private void Publish(Action change)
    {
        lock (_gate)
        {
            _depth++;
            try
            {
                change();
            }
            finally
            {
                _depth--;
            }

            if (_depth > 0 || ReferenceEquals(_next, _current))
            {
                return;
            }

            _current = _next;
        }

        Changed?.Invoke();
    }
}

/// <summary>Registers what is known of the CDN.</summary>
internal static class ClusterExtensions
{
    public static void AddCluster(this IServiceCollection services)
    {
        services.AddSingleton<ReplicaDirectory>();
        services.AddSingleton(provider => new ClusterState(
            provider.GetRequiredService<ReplicaDirectory>(), provider.GetRequiredService<IOptions<ControllerOptions>>().Value.Copies is not null));
    }
}

using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Demand;
using Cdn.Placement;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Cluster;

/// <summary>Publishes one <see cref="ClusterSnapshot"/> at a time. Readers take no lock; writers swap the reference.</summary>
/// <param name="replicas">All configured replicas.</param>
/// <param name="isPartial">Whether not every replica is to hold everything.</param>
internal sealed class ClusterState(ReplicaDirectory replicas, bool isPartial = false)
{
    private readonly Lock _gate = new();
    private volatile ClusterSnapshot _current = new(0, null, [.. replicas.Names.Select(ReplicaView.Unknown)]) { IsPartial = isPartial };

    /// <summary>Raised after every new snapshot, on the thread that made it. Handlers only signal.</summary>
    public event Action? Changed;

    public ClusterSnapshot Current => _current;

    public void SetCatalog(CatalogView catalog) => Change(now => now with { Epoch = now.Epoch + 1, Catalog = catalog });

    /// <summary>Takes the plan for a catalog.</summary>
    public void SetPlan(PlacementPlan plan, CatalogView catalog) =>
        Change(now => now with { Epoch = now.Epoch + 1, Plan = plan, PlannedFor = catalog });

    /// <summary>Takes what was asked for lately. By itself it changes neither steering nor what belongs where.</summary>
    public void SetDemand(DemandView demand) => Change(now => now with { Demand = demand });

    /// <summary>Takes the log of purges, unless a later state of it is known already. What is purged is out of the views at once.</summary>
    public void SetPurges(PurgeLog purges) => Change(now =>
        purges == now.Purges || (purges.Id == now.Purges.Id && (purges.Last < now.Purges.Last || purges.Closed < now.Purges.Closed))
            ? now
            : now with { Epoch = now.Epoch + 1, Purges = purges, Replicas = [.. now.Replicas.Select(replica => replica.Without(purges))] });

    /// <summary>Replaces the view of one replica. The epoch grows unless its <see cref="ReplicaView.Essence"/> is the same.</summary>
    public void SetReplica(string name, Func<ReplicaView, ReplicaView> change) => Change(now =>
    {
        var index = now.Replicas.IndexOf(now.Replicas.First(replica => replica.Name == name));
        var before = now.Replicas[index];
        var after = change(before);
        after = after.Reported == before.Reported && after.Mark == before.Mark
            ? after with { Inventory = before.Inventory }
            : after.Without(now.Purges);
        var isSame = after.Essence == before.Essence;
        return now with { Epoch = isSame ? now.Epoch : now.Epoch + 1, Replicas = now.Replicas.SetItem(index, after) };
    });

    private void Change(Func<ClusterSnapshot, ClusterSnapshot> change)
    {
        lock (_gate)
        {
            _current = change(_current);
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

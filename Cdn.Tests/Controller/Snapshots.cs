using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;
using Cdn.Tests.Infrastructure;
using Cdn.Transfer.Sets;
using Microsoft.Extensions.Configuration;

namespace Cdn.Tests.Controller;

/// <summary>A replica, and what it holds.</summary>
internal sealed record Holding(ReplicaView View, ImmutableArray<HeldVideo> Videos)
{
    public static implicit operator Holding(ReplicaView view) => new(view, []);

    public Holding With(Func<ReplicaView, ReplicaView> change) => this with { View = change(View) };
}

/// <summary>Short ways to describe what a controller knows.</summary>
internal static class Snapshots
{
    /// <summary>A video whose content is made of its name and version.</summary>
    public static CatalogVideo Video(string name, int version = 1, long size = 100) => new(
        VideoName.Parse(name), size, Digest(name, version), "video/mp4", DateTimeOffset.UnixEpoch);

    public static CatalogVideo[] Catalog(params CatalogVideo[] videos) => videos;

    public static Holding View(string name, ReplicaState state, params CatalogVideo[] holds) => new(
        new ReplicaView(name, state) { IsRead = true },
        [.. holds.Select(video => new HeldVideo(video.Name, video.Size, video.Sha256, Pinned: true))]);

    public static ReplicaDirectory Directory(params IEnumerable<string> replicas) => new(new ConfigurationBuilder().AddInMemoryCollection(
        [new("REPLICAS", string.Join(',', replicas))]).Build());

    /// <summary>What a controller knows.</summary>
    /// <param name="catalog">The catalog; null if it is not known.</param>
    /// <param name="replicas">The replicas.</param>
    public static ClusterState Cluster(CatalogVideo[]? catalog, params Holding[] replicas) => Cluster(catalog, isPartial: false, replicas);

    public static ClusterState Cluster(CatalogVideo[]? catalog, bool isPartial, params Holding[] replicas)
    {
        var cluster = new ClusterState(Directory(replicas.Select(replica => replica.View.Name)), isPartial);
        for (var i = 0; i < replicas.Length; i++)
        {
            new InventoryTarget(cluster, i).Replace(BucketRange.All, replicas[i].Videos);
            cluster.SetReplica(i, _ => replicas[i].View);
        }

        if (catalog is not null)
        {
            cluster.Publish(catalog);
        }

        return cluster;
    }

    /// <summary>The origin has this catalog from now on.</summary>
    public static void Publish(this ClusterState cluster, params CatalogVideo[] videos) => cluster.Together(() =>
    {
        new CatalogTarget(cluster).Replace(BucketRange.All, [.. videos]);
        cluster.SetCatalog(new CatalogView("set", (cluster.Current.Catalog?.Revision ?? 0) + 1));
    });

    /// <summary>A replica holds this from now on, and nothing else.</summary>
    public static void Hold(this ClusterState cluster, int replica, params IEnumerable<HeldVideo> videos) =>
        new InventoryTarget(cluster, replica).Replace(BucketRange.All, [.. videos]);

    public static SetDigest DigestOf(IEnumerable<HeldVideo> videos) =>
        videos.Aggregate(SetDigest.Nothing, (sum, held) => sum + SetDigest.Of(held.Name, held.Content));

    private static Sha256Digest Digest(string name, int version) => Bytes.Digest(System.Text.Encoding.UTF8.GetBytes($"{name} {version}"));
}

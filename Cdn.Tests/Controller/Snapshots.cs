using System.Collections.Frozen;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace Cdn.Tests.Controller;

/// <summary>Short ways to describe what a controller knows.</summary>
internal static class Snapshots
{
    /// <summary>A video whose content is made of its name and version.</summary>
    public static CatalogVideo Video(string name, int version = 1, long size = 100) => new(
        VideoName.Parse(name), size, Digest(name, version), "video/mp4", DateTimeOffset.UnixEpoch);

    public static CatalogView Catalog(params CatalogVideo[] videos) => new(1, videos.ToFrozenDictionary(video => video.Name));

    public static ReplicaView View(string name, ReplicaState state, params CatalogVideo[] holds) => new(
        name, state, holds.Select(video => new HeldVideo(video.Name, video.Size, video.Sha256, Pinned: true)).ToFrozenDictionary(video => video.Name), 0, null);

    public static ClusterState Cluster(CatalogView? catalog, params ReplicaView[] replicas)
    {
        var cluster = new ClusterState(new ReplicaDirectory(new ConfigurationBuilder().AddInMemoryCollection(
            [new("REPLICAS", string.Join(',', replicas.Select(replica => replica.Name)))]).Build()));
        if (catalog is not null)
        {
            cluster.SetCatalog(catalog);
        }

        foreach (var replica in replicas)
        {
            cluster.SetReplica(replica.Name, _ => replica);
        }

        return cluster;
    }

    private static Sha256Digest Digest(string name, int version) => Bytes.Digest(System.Text.Encoding.UTF8.GetBytes($"{name} {version}"));
}

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using Cdn.ServiceDefaults.Discovery;
using Cdn.Transfer.Sets;
using Microsoft.Extensions.Configuration;

namespace Cdn.Benchmarks.Grow;

/// <summary>A controller that knows so many videos on so many replicas, each of which holds all.</summary>
internal sealed class ControlSubject
{
    private readonly int _replicas;
    private readonly VersionedSet<CatalogVideo> _catalog = new((_, video) => SetDigest.Of(video));
    private readonly VersionedSet<HeldContent> _held = new(SetDigest.Of);
    private readonly ClusterState _cluster;
    private readonly FillState _fill;
    private CatalogTarget? _target;
    private TimeSpan _now = TimeSpan.FromSeconds(1);

    public ControlSubject(int videos, int replicas)
    {
        (_replicas, _cluster) = (replicas, Cluster(replicas));
        _fill = new FillState(replicas, new FillLimits(4, 16, TimeSpan.FromSeconds(30)));
        _catalog.Apply(Enumerable.Range(0, videos).Select(i => Video(i)).Select(video => SetChange<CatalogVideo>.To(video.Name, video)));
        _held.Apply(_catalog.Current.Map.Select(video =>
            SetChange<HeldContent>.To(video.Key, new HeldContent(video.Value.Size, video.Value.Sha256, Pinned: true))));
    }

    public static ClusterState Cluster(int replicas) => new(new ReplicaDirectory(new ConfigurationBuilder().AddInMemoryCollection(
        [new("REPLICAS", string.Join(',', Enumerable.Range(1, replicas).Select(i => $"replica{i}")))]).Build()));

    public static CatalogVideo Video(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"shows/{number / 10_800}/1080p/segment-{number}.ts");
        return new CatalogVideo(VideoName.Parse(name), 1024, new Sha256Digest(SHA256.HashData(Encoding.UTF8.GetBytes(name))), "video/mp2t", DateTimeOffset.UnixEpoch);
    }

    /// <summary>
    /// Reads everything from the beginning. Returns the time that it takes the controller, and the memory that stays.
    /// </summary>
    public (double Seconds, long Bytes) Start()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        _target = new CatalogTarget(_cluster);
        var watch = new Stopwatch();
        Follow(new FeedFollower<CatalogVideo>(_target), watch, cursor => _catalog.Read(cursor, (_, video) => video), WireOf, page => JsonSerializer.Deserialize(page, WireJson.Default.OriginChanges)!.Catalog!);
        _cluster.SetCatalog(new CatalogView("set", 1));
        for (var i = 0; i < _replicas; i++)
        {
            Follow(new FeedFollower<HeldVideo>(new InventoryTarget(_cluster, i)), watch, cursor => _held.Read(cursor, (name, held) => held.Named(name)), WireOf, page => JsonSerializer.Deserialize(page, WireJson.Default.InventoryPage)!.Feed);
            _cluster.SetReplica(i, view => view with { State = ReplicaState.Up, IsRead = true });
        }

        watch.Start();
        FillPlanner.Next(_fill, _cluster.Current, _now);
        watch.Stop();
        if (!Enumerable.Range(0, _replicas).All(_cluster.Current.IsWhole))
        {
            throw new InvalidOperationException("Not everything was read.");
        }

        return (watch.Elapsed.TotalSeconds, GC.GetTotalMemory(forceFullCollection: true) - before);
    }

    /// <summary>
    /// One video more, until somebody is asked to push it. Returns the least of some times, and what is allocated.
    /// </summary>
    public (double Seconds, long Bytes) Change()
    {
        var (least, bytes) = (double.MaxValue, long.MaxValue);
        for (var i = 0; i < 20; i++)
        {
            var video = Video(-1 - i);
            var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            _cluster.Together(() =>
            {
                _target!.Change([video], []);
                _cluster.SetCatalog(new CatalogView("set", 2 + i));
            });
            var actions = FillPlanner.Next(_fill, _cluster.Current, _now).Actions;
            least = Math.Min(least, Stopwatch.GetElapsedTime(started).TotalSeconds);
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
            foreach (var push in actions.OfType<FillAction.Push>())
            {
                FillPlanner.Take(
                    _fill,
                    new FillResult(push.Id, [.. push.Videos.Select(one => new VideoReceipt(one.Name, VideoReceipt.Done))]),
                    _now);
            }

            _now += TimeSpan.FromSeconds(0.1);
        }

        return (least, bytes);
    }

    private static byte[] WireOf(FeedPage<CatalogVideo> page) => JsonSerializer.SerializeToUtf8Bytes(new OriginChanges(Catalog: page), WireJson.Default.OriginChanges);

    private static byte[] WireOf(FeedPage<HeldVideo> page) => JsonSerializer.SerializeToUtf8Bytes(new InventoryPage(page), WireJson.Default.InventoryPage);

    /// <summary>What the owner does is not counted.</summary>
    private static void Follow<TItem>(
        FeedFollower<TItem> follower, Stopwatch watch, Func<FeedCursor, FeedPage<TItem>> read, Func<FeedPage<TItem>, byte[]> write, Func<byte[], FeedPage<TItem>> parse)
    {
        while (!follower.IsProven)
        {
            watch.Start();
            var question = follower.Question;
            watch.Stop();
            var wire = write(read(question));
            watch.Start();
            follower.Apply(parse(wire));
            watch.Stop();
        }
    }
}

using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Tests.Transfer.Sets;

/// <summary>The simplest copy of an inventory.</summary>
/// <param name="mostItems">Items of an answer.</param>
internal sealed class MapTarget(int mostItems) : IFeedTarget<HeldVideo>
{
    private SetDigest _digest;

    public PersistentMap<VideoName, HeldContent> Map { get; private set; } = PersistentMap<VideoName, HeldContent>.Empty;

    /// <summary>What it thinks that its owner has where it has nothing itself.</summary>
    public PersistentMap<VideoName, HeldContent> Expected { get; set; } = PersistentMap<VideoName, HeldContent>.Empty;

    public FeedPart? KnownFrom(int first)
    {
        var buckets = Map.RangeFrom(first, mostItems);
        buckets = Map.In(buckets).Any() ? buckets : Expected.RangeFrom(first, mostItems);
        return new FeedPart(buckets, DigestOf(Known(buckets)));
    }

    public SetDigest? Keep(FeedPart known) =>
        DigestOf(Known(known.Buckets)) == known.Digest
            ? Replace(known.Buckets, [.. Known(known.Buckets).Select(item => item.Value.Named(item.Key))])
            : null;

    public SetDigest Replace(BucketRange buckets, ImmutableArray<HeldVideo> items)
    {
        var there = items.Select(item => item.Name).ToHashSet();
        return Change(items, [.. Map.In(buckets).Select(item => item.Key).Where(name => !there.Contains(name))]);
    }

    public SetDigest Change(ImmutableArray<HeldVideo> items, ImmutableArray<VideoName> removed)
    {
        var builder = Map.ToBuilder();
        foreach (var name in removed.Concat(items.Select(item => item.Name)))
        {
            _digest = builder.TryGetValue(name, out var before) ? _digest - SetDigest.Of(name, before) : _digest;
            builder.Remove(name);
        }

        foreach (var item in items)
        {
            builder.Set(item.Name, item.Content);
            _digest += SetDigest.Of(item.Name, item.Content);
        }

        Map = builder.ToMap();
        return _digest;
    }

    private static string DigestOf(IEnumerable<KeyValuePair<VideoName, HeldContent>> items) =>
        items.Aggregate(SetDigest.Nothing, (sum, item) => sum + SetDigest.Of(item.Key, item.Value)).ToString();

    private List<KeyValuePair<VideoName, HeldContent>> Known(BucketRange buckets) =>
        Map.In(buckets).Any() ? [.. Map.In(buckets)] : [.. Expected.In(buckets)];
}

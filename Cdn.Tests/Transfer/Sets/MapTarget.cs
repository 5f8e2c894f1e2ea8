using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Tests.Transfer.Sets;

/// <summary>The simplest copy of an inventory.</summary>
internal sealed class MapTarget : IFeedTarget<HeldVideo>
{
    private SetDigest _digest;

    public PersistentMap<VideoName, HeldContent> Map { get; private set; } = PersistentMap<VideoName, HeldContent>.Empty;

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
}

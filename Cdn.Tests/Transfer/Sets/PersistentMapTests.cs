using Cdn.Contracts;
using Cdn.Transfer.Sets;
using CsCheck;

namespace Cdn.Tests.Transfer.Sets;

public sealed class PersistentMapTests
{
    private static readonly PersistentMap<VideoName, int> Nothing = PersistentMap<VideoName, int>.Empty;

    /// <summary>Few names, so that changes meet; and some that share a bucket.</summary>
    private static readonly Gen<(VideoName Name, int? Value)> GenChange =
        Gen.Int[0, 40].Select(Gen.Int[0, 5]).Select((name, value) => (VideoName.Parse($"v{name}"), value == 0 ? (int?)null : value));

    [Fact]
    public void AnyChanges_AreThoseOfADictionary() => GenChange.Array[0, 60].Array[0, 5].Sample(batches =>
    {
        var (map, model) = (Nothing, new Dictionary<VideoName, int>());
        foreach (var batch in batches)
        {
            var (before, was) = (map, model.ToDictionary());
            map = Apply(map, batch);
            Apply(model, batch);
            Assert.Equal(model.OrderBy(Name), map.OrderBy(Name));
            Assert.Equal(model.Count, map.Count);
            Assert.Equal(was.OrderBy(Name), before.OrderBy(Name));
        }
    }, iter: 30);

    [Fact]
    public void Diff_LeadsFromOneToTheOther() => Gen.Select(GenChange.Array[0, 60], GenChange.Array[0, 60], GenChange.Array[0, 60]).Sample((common, one, other) =>
    {
        var shared = Apply(Nothing, common);
        var (before, after) = (Apply(shared, one), Apply(shared, other));
        var builder = before.ToBuilder();
        foreach (var change in PersistentMap<VideoName, int>.Diff(before, after))
        {
            Assert.Equal(change.WasThere, before.TryGetValue(change.Key, out var value));
            Assert.Equal(value, change.Before);
            _ = change.IsThere ? builder.Set(change.Key, change.After) : builder.Remove(change.Key);
        }

        Assert.Equal(after.OrderBy(Name), builder.ToMap().OrderBy(Name));
    }, iter: 30);

    [Fact]
    public void Diff_OfEqualMaps_IsNothing()
    {
        var map = Nothing.Set(VideoName.Parse("a"), 1);
        Assert.Empty(PersistentMap<VideoName, int>.Diff(map, map.Set(VideoName.Parse("a"), 1)));
        Assert.Same(map, map.Remove(VideoName.Parse("b")));
    }

    [Fact]
    public void Pages_TogetherAreTheWhole()
    {
        var builder = Nothing.ToBuilder();
        foreach (var i in Enumerable.Range(0, 1000))
        {
            builder.Set(VideoName.Parse($"v{i}"), i);
        }

        var map = builder.ToMap();
        var read = new List<KeyValuePair<VideoName, int>>();
        for (var (first, pages) = (0, 0); first < BucketRange.Count; pages++)
        {
            var range = map.RangeFrom(first, 100);
            Assert.True(range.IsValid && range.First == first);
            Assert.InRange(map.In(range).Count(), 0, 100);
            read.AddRange(map.In(range));
            first = range.End;
            Assert.InRange(pages, 0, 20);
        }

        Assert.Equal(map.OrderBy(Name), read.OrderBy(Name));
    }

    [Fact]
    public void BuilderGoesOn_WhatIsPublishedStays()
    {
        var builder = Nothing.ToBuilder();
        builder.Set(VideoName.Parse("a"), 1);
        var first = builder.ToMap();
        builder.Set(VideoName.Parse("a"), 2);
        builder.Set(VideoName.Parse("b"), 3);
        Assert.Equal(1, first.GetValueOrDefault(VideoName.Parse("a")));
        Assert.Single(first);
        Assert.Equal(2, builder.ToMap().Count);
    }

    private static string Name(KeyValuePair<VideoName, int> item) => item.Key.Value;

    private static PersistentMap<VideoName, int> Apply(PersistentMap<VideoName, int> map, (VideoName Name, int? Value)[] changes)
    {
        var builder = map.ToBuilder();
        foreach (var (name, value) in changes)
        {
            _ = value is { } some ? builder.Set(name, some) : builder.Remove(name);
        }

        return builder.ToMap();
    }

    private static void Apply(Dictionary<VideoName, int> model, (VideoName Name, int? Value)[] changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is { } some)
            {
                model[name] = some;
            }
            else
            {
                model.Remove(name);
            }
        }
    }
}

using Cdn.Contracts;
using Cdn.Transfer.Sets;
using Microsoft.AspNetCore.Http;

namespace Cdn.Tests.Transfer.Sets;

public sealed class VersionedSetTests
{
    private readonly VersionedSet<HeldContent> _set = new(SetDigest.Of);

    [Fact]
    public void ChangeOfNothing_MakesNoRevision()
    {
        Put("a", 1);
        var before = _set.Current;
        Assert.Same(before, Put("a", 1));
        Assert.Same(before, _set.Apply([SetChange<HeldContent>.Gone(VideoName.Parse("b"))]));
    }

    [Fact]
    public void ThereAndBack_HasTheSameDigest()
    {
        var before = Put("a", 1).Digest;
        Assert.NotEqual(before, Put("b", 2).Digest);
        Assert.Equal(before, _set.Apply([SetChange<HeldContent>.Gone(VideoName.Parse("b"))]).Digest);
    }

    [Fact]
    public void ReaderALittleBehind_GetsTheChangesAlone()
    {
        var known = Put("a", 1);
        Put("b", 1);
        Put("b", 2);
        var page = Read(new FeedCursor(known.Set, known.Number, null));
        Assert.Null(page.Buckets);
        Assert.Equal(("b", 2L), (Assert.Single(page.Items).Name.Value, page.Items[0].Size));
        Assert.Equal((known.Number, _set.Current.Number, _set.Current.Digest.ToString()), (page.From, page.Revision, page.Digest));
    }

    [Fact]
    public void ReaderFarBehindOrOfAnotherSet_GetsTheWhole()
    {
        var known = Put("a", 1);
        _set.Apply(Enumerable.Range(0, 60_000).Select(i => SetChange<HeldContent>.To(VideoName.Parse($"b/{i}"), new HeldContent(1, default, true))));
        Assert.Equal(0, Read(new FeedCursor(known.Set, known.Number, null)).Buckets?.First);
        Assert.Equal(0, Read(new FeedCursor("another", _set.Current.Number, null)).Buckets?.First);
        Assert.Equal(0, Read(new FeedCursor("another", _set.Current.Number, 7000)).Buckets?.First);
        Assert.Equal(7000, Read(new FeedCursor(known.Set, 1, 7000)).Buckets?.First);
    }

    [Fact]
    public void NoAnswer_IsMuchLongerThanItsLimit()
    {
        _set.Apply(Enumerable.Range(0, 100_000).Select(i => SetChange<HeldContent>.To(VideoName.Parse($"b/{i}"), new HeldContent(1, default, true))));
        for (var cursor = FeedCursor.Start; cursor.Bucket is not null;)
        {
            var page = Read(cursor);
            Assert.InRange(page.Items.Length, 1, Limits.MaxFeedItems);
            cursor = new FeedCursor(page.Set, page.Revision, page.Buckets!.Value.End == BucketRange.Count ? null : page.Buckets.Value.End);
        }
    }

    [Fact]
    public void ReaderWhoKnowsWhatIsThere_IsNotSentIt()
    {
        var (one, another) = (new HeldContent(1, default, Pinned: true), new HeldContent(2, default, Pinned: true));
        var names = Enumerable.Range(0, 30_000).Select(i => VideoName.Parse($"b/{i}"));
        var held = _set.Apply(names.Select(name => SetChange<HeldContent>.To(name, one))).Map;
        var copy = new MapTarget(Limits.MaxFeedItems) { Expected = held.Set(held.First().Key, another) };
        var (follower, sent, pages) = (new FeedFollower<HeldVideo>(copy), 0, 0);
        for (; !follower.IsProven; pages++)
        {
            var page = Read(follower.Question);
            Assert.Equal(FeedOutcome.Applied, follower.Apply(page));
            sent += page.Items.Length;
        }

        Assert.InRange(pages, 3, 5);
        Assert.InRange(sent, 1, Limits.MaxFeedItems); // The page that has the one that is another.
        Assert.Equal(held.OrderBy(item => item.Key.Value), copy.Map.OrderBy(item => item.Key.Value));
    }

    [Fact]
    public async Task Question_AsAQuery_IsTheSame()
    {
        var known = new FeedPart(new BucketRange(7, 90), new SetDigest(1, 2).ToString());
        foreach (var question in (FeedCursor[])
            [FeedCursor.Start, FeedCursor.Start with { Known = known }, new("set", 5, 7) { Known = known }, new("set", 5, 7), new("set", 5, null)])
        {
            var context = new DefaultHttpContext { Request = { QueryString = new QueryString("?" + question.ToQuery()) } };
            Assert.Equal(question, (await FeedRequest.BindAsync(context)).Cursor);
        }
    }

    [Fact]
    public async Task NextChange_EndsWithTheNextOne()
    {
        var next = _set.NextChange;
        Assert.False(next.IsCompleted);
        Put("a", 1);
        await next.WaitAsync(TimeSpan.FromSeconds(5));
    }

    private SetRevision<HeldContent> Put(string name, long size) =>
        _set.Apply([SetChange<HeldContent>.To(VideoName.Parse(name), new HeldContent(size, default, true))]);

    private FeedPage<HeldVideo> Read(FeedCursor cursor) => _set.Read(cursor, (name, held) => held.Named(name));
}

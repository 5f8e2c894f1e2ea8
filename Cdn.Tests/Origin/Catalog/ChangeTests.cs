using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Catalog;

/// <summary>The origin tells of changes as they happen.</summary>
[StartsProcesses]
public class ChangeTests
{
    [Fact]
    public async Task Listener_HearsWhatIsAddedChangedAndRemoved()
    {
        await using var origin = await StartAsync();
        var listener = new ChangeListener(origin);
        var whole = await listener.NextAsync();
        origin.Videos.Write("b.mp4", 2000);
        var added = await listener.NextAsync();
        origin.Videos.Write("a.mp4", 3000, seed: 7);
        var changed = await listener.NextAsync();
        File.Delete(origin.Videos.Of("b.mp4"));
        var removed = await listener.NextAsync();

        Assert.Equal((BucketRange.All, "a.mp4"), (whole.Buckets, whole.Items.Single().Name.Value));
        Assert.Equal(("b.mp4", 2000), (added.Items.Single().Name.Value, added.Items.Single().Size));
        Assert.Equal(("a.mp4", 3000), (changed.Items.Single().Name.Value, changed.Items.Single().Size));
        Assert.Equal("b.mp4", removed.Removed.Single().Value);
        Assert.Equal((whole.Revision, added.Revision, changed.Revision), (added.From, changed.From, removed.From));
        Assert.Equal(removed.Revision, (await origin.Service.CatalogAsync()).Revision);
    }

    [Fact]
    public async Task Listener_ThatWasAway_HearsWhatItMissedAndNoMore()
    {
        await using var origin = await StartAsync();
        var listener = new ChangeListener(origin);
        var known = await listener.NextAsync();
        origin.Videos.Write("b.mp4", 2000);
        await origin.PublishesAsync("a.mp4", "b.mp4");
        origin.Videos.Write("c.mp4", 2000);
        await origin.PublishesAsync("a.mp4", "b.mp4", "c.mp4");

        var missed = await listener.NextAsync();

        Assert.Equal((known.Revision, known.Revision + 2), (missed.From, missed.Revision));
        Assert.Equal(["b.mp4", "c.mp4"], missed.Items.Select(video => video.Name.Value).Order());
    }

    [Fact]
    public async Task Listener_OfAnotherProcess_IsToldAll()
    {
        await using var origin = await StartAsync();
        var listener = new ChangeListener(origin) { Cursor = new FeedCursor("0123456789ab", 99, null) };

        Assert.Equal(BucketRange.All, (await listener.NextAsync()).Buckets);
    }

    [Fact]
    public async Task Purge_IsToldBeforeTheCatalogThatFollowsFromIt()
    {
        await using var origin = await StartAsync();
        var listener = new ChangeListener(origin);
        await listener.NextAsync();
        using var answer = await origin.Service.Authorized.PostAsJsonAsync(
            Routes.Purges, new PurgeRequest(All: true, Block: true), WireJson.Default.PurgeRequest);
        answer.EnsureSuccessStatusCode();

        var (first, second) = (await listener.AskAsync(), await listener.AskAsync());

        Assert.Equal((1, null), (first.Purges?.Last, first.Catalog));
        Assert.Equal("a.mp4", second.Catalog?.Removed.Single().Value);
    }

    [Fact]
    public async Task Origin_ThatIsListenedTo_StopsAtOnce()
    {
        await using var origin = await StartAsync();
        var listener = new ChangeListener(origin);
        await listener.NextAsync();
        var waiting = listener.AskAsync();

        await origin.Service.StopAsync(); // Asserts that it ends by itself in time.

        Assert.Null((await waiting).Catalog);
    }

    private static Task<OriginProcess> StartAsync() => OriginProcess.StartAsync(videos => videos.Write("a.mp4", 1000), ("STABLE_FOR", "0"));
}

using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Events;

/// <summary>The origin tells of changes as they happen.</summary>
[StartsProcesses]
public class EventTests
{
    [Fact]
    public async Task Listener_HearsWhatIsAddedChangedAndRemoved()
    {
        await using var origin = await StartAsync();
        await using var events = await EventListener.ListenAsync(origin, await TagAsync(origin));
        origin.Videos.Write("b.mp4", 2000);
        var added = (await events.NextAsync()).Data.Catalog!;
        origin.Videos.Write("a.mp4", 3000, seed: 7);
        var changed = (await events.NextAsync()).Data.Catalog!;
        File.Delete(origin.Videos.Of("b.mp4"));
        var removed = (await events.NextAsync()).Data.Catalog!;

        Assert.Equal(("b.mp4", 2000), (added.Set.Single().Name.Value, added.Set.Single().Size));
        Assert.Equal(("a.mp4", 3000), (changed.Set.Single().Name.Value, changed.Set.Single().Size));
        Assert.Equal("b.mp4", removed.Removed.Single().Value);
        Assert.Equal((added.Tag, changed.Tag), (changed.From, removed.From));
        Assert.Equal(removed.Tag, await TagAsync(origin));
    }

    [Fact]
    public async Task Listener_ThatWasAway_HearsWhatItMissedAndNoMore()
    {
        await using var origin = await StartAsync();
        var known = await TagAsync(origin);
        origin.Videos.Write("b.mp4", 2000);
        await origin.PublishesAsync("a.mp4", "b.mp4");
        origin.Videos.Write("c.mp4", 2000);
        await origin.PublishesAsync("a.mp4", "b.mp4", "c.mp4");

        await using var events = await EventListener.ListenAsync(origin, known);
        var (first, second) = ((await events.NextAsync()).Data.Catalog!, (await events.NextAsync()).Data.Catalog!);

        Assert.Equal((known, "b.mp4"), (first.From, first.Set.Single().Name.Value));
        Assert.Equal((first.Tag, "c.mp4"), (second.From, second.Set.Single().Name.Value));
    }

    [Fact]
    public async Task Listener_WithAnUnknownCatalog_IsToldToReadIt()
    {
        await using var origin = await StartAsync();

        await using var events = await EventListener.ListenAsync(origin, "\"99-0123456789abcdef\"");

        Assert.Equal(OriginEvent.ResetType, (await events.NextAsync()).EventType);
    }

    [Fact]
    public async Task Origin_WithListeners_StopsAtOnce()
    {
        await using var origin = await StartAsync();
        await using var events = await EventListener.ListenAsync(origin, await TagAsync(origin));

        await origin.Service.StopAsync(); // Asserts that it ends by itself in time.

        Assert.False(await events.HasNextAsync());
    }

    private static Task<OriginProcess> StartAsync() => OriginProcess.StartAsync(videos => videos.Write("a.mp4", 1000), ("STABLE_FOR", "0"));

    private static async Task<string> TagAsync(OriginProcess origin)
    {
        using var response = await origin.Service.Http.GetAsync(Routes.ListVideos);
        return response.Headers.ETag!.ToString();
    }
}

using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Files;

/// <summary>The folder is a boundary; the rules for links to files and to folders are the same.</summary>
[StartsProcesses]
public class LinkTests
{
    [Fact]
    public async Task Inside_IsTheDefault_FollowsOnlyWhatLeadsInside()
    {
        using var outside = new TemporaryFolder();
        await using var origin = await StartAsync(outside);

        await origin.PublishesAsync("films/a.mp4", "link.mp4", "folder/a.mp4");
        Assert.Contains("leads out of VIDEO_DIR", await origin.IgnoresAsync("secret.mp4"));
        Assert.Contains("leads out of VIDEO_DIR", await origin.IgnoresAsync("outside"));
        Assert.Contains("link to nothing", await origin.IgnoresAsync("broken.mp4"));
        Assert.Contains("folder that it is in", await origin.IgnoresAsync("films/loop"));
    }

    [Fact]
    public async Task Never_FollowsNone()
    {
        using var outside = new TemporaryFolder();
        await using var origin = await StartAsync(outside, ("LINKS", "never"));

        await origin.PublishesAsync("films/a.mp4");
        Assert.Contains("LINKS=never", await origin.IgnoresAsync("link.mp4"));
        Assert.Contains("LINKS=never", await origin.IgnoresAsync("folder"));
    }

    [Fact]
    public async Task Anywhere_FollowsAll()
    {
        using var outside = new TemporaryFolder();
        await using var origin = await StartAsync(outside, ("LINKS", "anywhere"));

        await origin.PublishesAsync("films/a.mp4", "link.mp4", "folder/a.mp4", "secret.mp4", "outside/secret.mp4");
    }

    [Fact]
    public async Task Link_ThatIsTurnedOutside_IsTakenOutAndNotServed()
    {
        using var outside = new TemporaryFolder();
        await using var origin = await StartAsync(outside);
        await origin.PublishesAsync("films/a.mp4", "link.mp4", "folder/a.mp4");

        await Shell.RunAsync("ln -sfn \"$1\" \"$2\"; ln -sfn \"$3\" \"$4\"",
            outside.Of("secret.mp4"), origin.Videos.Of("link.mp4"), outside.Path, origin.Videos.Of("folder"));

        await origin.PublishesAsync("films/a.mp4");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await origin.Service.Http.GetAsync("/video/link.mp4")).StatusCode);
    }

    [Fact]
    public async Task FileBehindALink_ThatChanges_IsPublishedUnderBothNames()
    {
        using var outside = new TemporaryFolder();
        await using var origin = await StartAsync(outside);
        var film = origin.Videos.Write("films/a.mp4", 30, seed: 5);

        await origin.PublishesBytesAsync("films/a.mp4", film);
        await origin.PublishesBytesAsync("link.mp4", film);
        await origin.PublishesBytesAsync("folder/a.mp4", film);
    }

    private static Task<OriginProcess> StartAsync(TemporaryFolder outside, params (string, string)[] settings)
    {
        outside.Write("secret.mp4", 10, seed: 3);
        return OriginProcess.StartAsync(
            videos =>
            {
                videos.Write("films/a.mp4", 10);
                File.CreateSymbolicLink(videos.Of("link.mp4"), "films/a.mp4");
                File.CreateSymbolicLink(videos.Of("folder"), "films");
                File.CreateSymbolicLink(videos.Of("films", "loop"), "..");
                File.CreateSymbolicLink(videos.Of("secret.mp4"), outside.Of("secret.mp4"));
                File.CreateSymbolicLink(videos.Of("outside"), outside.Path);
                File.CreateSymbolicLink(videos.Of("broken.mp4"), "nothing.mp4");
            },
            settings);
    }
}

using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Watching;

/// <summary>A machine that has no inotify left: services start, changes are found by scans, and it is said.</summary>
[StartsProcesses]
public class WatchLimitTests
{
    [Theory]
    [InlineData("instances", "all inotify instances of this user are in use")]
    [InlineData("watches", "the watches of inotify are used up")]
    public async Task Origin_WithoutInotify_FollowsByScansAndSaysSo(string limit, string says)
    {
        using var videos = new TemporaryFolder();
        using var state = new TemporaryFolder();
        videos.Write("d/a.mp4", 10);
        await using var origin = Limited("Cdn.Origin", limit, ("VIDEO_DIR", videos.Path), ("STATE_DIR", state.Path), ("RESCAN", "0.2"));
        await origin.StartAsync();
        await PublishesAsync(origin, "d/a.mp4");
        videos.Write("d/b.mp4", 20);
        await PublishesAsync(origin, "d/a.mp4", "d/b.mp4");

        await Eventually.TrueAsync(async () => (await origin.Http.GetStringAsync(Routes.Health)).Contains(says), "it is said");
        Assert.Contains("fs.inotify.max_user_", origin.Log);
    }

    [Fact]
    public async Task Replica_WithoutInotify_Starts()
    {
        using var cache = new TemporaryFolder();
        await using var replica = Limited("Cdn.Replica", "instances", ("CACHE_DIR", cache.Path));

        await replica.StartAsync();
    }

    /// <summary>A service in a user namespace of its own, which has no more than one of what is limited.</summary>
    private static ServiceProcess Limited(string project, string limit, params (string Key, string Value)[] settings)
    {
        Shell.RequireRoot();
        var service = ServiceProcess.Create(project, settings);
        var most = limit == "instances" ? 0 : 1;
        service.Through = ["unshare", "-r", "sh", "-c", $"echo {most} > /proc/sys/user/max_inotify_{limit}; exec \"$@\"", "sh"];
        return service;
    }

    private static Task PublishesAsync(ServiceProcess origin, params string[] names) => Eventually.TrueAsync(
        async () => (await origin.CatalogAsync()).Videos.Select(video => video.Name.Value).SequenceEqual(names), string.Join(", ", names));
}

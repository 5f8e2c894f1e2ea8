using System.Globalization;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Watching;

/// <summary>A machine that has no inotify left: services start, changes are found by scans, and it is said.</summary>
[StartsProcesses]
public class WatchLimitTests
{
    /// <summary>Most events that the kernel keeps for who does not read them.</summary>
    private const string QueueLength = "/proc/sys/fs/inotify/max_queued_events";

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
    public async Task Origin_WhoseEventsWereLost_LooksAtEverything()
    {
        Assert.SkipUnless(File.Exists(QueueLength), "There is no inotify here.");
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10), ("RESCAN", "86400"));
        await origin.PublishesAsync("a.mp4");
        Freezing.Freeze(origin.Service.ProcessId);
        try
        {
            // Each is created, closed and removed: three events. What comes after the queue is full is lost.
            var passing = origin.Videos.Of("passing.part");
            for (var left = int.Parse(File.ReadAllText(QueueLength), CultureInfo.InvariantCulture); left > 0; left -= 3)
            {
                File.WriteAllBytes(passing, []);
                File.Delete(passing);
            }

            origin.Videos.Write("late.mp4", 20);
        }
        finally
        {
            Freezing.Thaw(origin.Service.ProcessId);
        }

        await origin.PublishesAsync("a.mp4", "late.mp4");
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

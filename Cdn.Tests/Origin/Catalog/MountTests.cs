using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Catalog;

/// <summary>A disk that is away is not a disk that is empty.</summary>
[StartsProcesses]
public class MountTests
{
    [Fact]
    public async Task DiskBelowTheFolder_Unmounted_KeepsItsVideosAndSaysSo()
    {
        Shell.RequireRoot();
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await using var disk = await MountedDisk.MountAsync(origin.Videos.Of("disk"));
        origin.Videos.Write("disk/b.mp4", 20);
        origin.Videos.Write("disk/below/c.mp4", 30);
        await origin.PublishesAsync("a.mp4", "disk/b.mp4", "disk/below/c.mp4");

        await disk.UnmountAsync();
        await origin.SaysAsync("disk is missing");
        origin.Videos.Write("d.mp4", 40);
        await origin.PublishesAsync("a.mp4", "d.mp4", "disk/b.mp4", "disk/below/c.mp4");

        await origin.Service.StopAsync();
        await origin.Service.StartAsync();
        await origin.SaysAsync("disk is missing");
        await origin.PublishesAsync("a.mp4", "d.mp4", "disk/b.mp4", "disk/below/c.mp4");
        Directory.Delete(origin.Videos.Of("disk"));
        File.Delete(origin.Videos.Of("d.mp4"));
        await origin.PublishesAsync("a.mp4", "disk/b.mp4", "disk/below/c.mp4");
    }

    [Fact]
    public async Task DiskBelowTheFolder_MountedAgain_IsTakenUpWithWhatChanged()
    {
        Shell.RequireRoot();
        await using var origin = await OriginProcess.StartAsync();
        await using var image = await MountedDisk.MountAsync(Path.Combine(Path.GetTempPath(), $"cdn-test-{Guid.NewGuid():N}"));
        File.WriteAllBytes(Path.Combine(image.Path, "b.mp4"), Bytes.Random(20));
        await using var disk = await MountedDisk.BindAsync(image.Path, origin.Videos.Of("disk"));
        await origin.PublishesAsync("disk/b.mp4");
        await disk.UnmountAsync();
        await origin.SaysAsync("disk is missing");

        File.WriteAllBytes(Path.Combine(image.Path, "c.mp4"), Bytes.Random(30));
        File.Move(Path.Combine(image.Path, "b.mp4"), Path.Combine(image.Path, "d.mp4"));
        await using var again = await MountedDisk.BindAsync(image.Path, origin.Videos.Of("disk"));

        await origin.PublishesAsync("disk/c.mp4", "disk/d.mp4");
        await Eventually.TrueAsync(async () => !(await origin.HealthAsync()).Contains("missing"), "it is not missing any more");
    }

    [Theory]
    [InlineData("with space", false)]
    [InlineData("plain", true)]
    public async Task DiskOfTheFolderItself_Unmounted_KeepsEverything(string name, bool throughLink)
    {
        Shell.RequireRoot();
        using var folder = new TemporaryFolder();
        using var state = new TemporaryFolder();
        await using var disk = await MountedDisk.MountAsync(folder.Of(name));
        File.WriteAllBytes(folder.Of(name, "a.mp4"), Bytes.Random(10));
        File.CreateSymbolicLink(folder.Of("link"), folder.Of(name));
        await using var origin = await ServiceProcess.StartAsync(
            "Cdn.Origin", ("VIDEO_DIR", folder.Of(throughLink ? "link" : name)), ("STATE_DIR", state.Path));
        await Eventually.TrueAsync(async () => (await origin.CatalogAsync()).Videos.Length == 1, "the video is published");

        await disk.UnmountAsync();

        await Eventually.TrueAsync(async () => (await origin.Http.GetStringAsync(Routes.Health)).Contains("VIDEO_DIR is missing"), "it is said");
        Assert.Single((await origin.CatalogAsync()).Videos);
        await origin.StopAsync();
        await origin.StartAsync();
        await Eventually.TrueAsync(async () => (await origin.Http.GetStringAsync(Routes.Health)).Contains("VIDEO_DIR is missing"), "it is said again");
        Assert.Single((await origin.CatalogAsync()).Videos);
    }
}

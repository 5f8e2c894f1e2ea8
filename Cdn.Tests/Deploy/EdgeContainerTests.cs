using Cdn.Tests.EndToEnd;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary><c>EDGE=container</c>: the AppHost's nginx in a container.</summary>
[Collection(Podman.Name)]
public sealed class EdgeContainerTests
{
    [Fact]
    public async Task Edge_InAContainer_ServesAndIsGoneAfterwards()
    {
        var (podman, why) = await Podman.StartAsync();
        Assert.SkipWhen(podman is null, why);
        await using var _ = podman;
        await podman.CreateNginxAsync();
        using var videos = new TemporaryFolder();
        var film = videos.Write("film.mp4", 2_000_000);
        podman.UseInThisProcess();
        try
        {
            await using (var app = await CdnApp.StartAsync(videos.Path, "--EDGE=container"))
            {
                Assert.Contains("cdn-edge-", await podman.RunAsync("ps", "--format", "{{.Names}}"));
                using var response = await app.Client.GetAsync("/video/film.mp4");
                Assert.Equal(2, response.Version.Major);
                Assert.Equal(film, await response.Content.ReadAsByteArrayAsync());

                // It reads the store itself: the replica's process is not asked.
                Assert.Contains("/names/film.mp4", await ServedAsync(app));
            }

            Assert.DoesNotContain("cdn-edge-", await podman.RunAsync("ps", "--all", "--format", "{{.Names}}"));
        }
        finally
        {
            Podman.UseNoneInThisProcess();
        }
    }

    private static async Task<string> ServedAsync(CdnApp app)
    {
        var text = "";
        await Eventually.TrueAsync(
            () => (text = string.Concat(Directory.GetFiles(app.Data.Of("edge"), "served-*.log").Select(File.ReadAllText))).Length > 0, "nginx logs what it served");
        return text;
    }
}

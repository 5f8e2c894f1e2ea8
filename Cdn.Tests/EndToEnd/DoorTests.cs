using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>The door is open as soon as anybody can serve, whatever is missing and whatever is broken.</summary>
[StartsProcesses]
public sealed class DoorTests
{
    /// <summary>Seconds that the big film is on its way at least: it is sent at 1 MiB a second.</summary>
    private const int Seconds = 12;

    [Fact]
    public async Task Door_WithADiskThatIsDeadAndAFilmOnItsWay_IsOpenAndServesBoth()
    {
        var (small, big) = (Array.Empty<byte>(), Array.Empty<byte>());
        using var notAFolder = new TemporaryFolder();
        notAFolder.Write("disk", 10);
        await using var cdn = await CdnApp.OpenAsync(
            videos => (small, big) = (videos.Write("small.mp4", 10_000), videos.Write("big.mp4", Seconds * 1024 * 1024, seed: 2)),
            $"--CACHE_DIR_2={notAFolder.Of("disk")}", // The second replica ends at every start.
            "--PUSH_RATE=1M");
        using var controller = cdn.App.CreateHttpClient("controller", "http");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await controller.GetAsync("/health")).StatusCode);
        Assert.True((await controller.GetAsync("/ready")).IsSuccessStatusCode);
        Assert.Equal(small, await cdn.Client.GetByteArrayAsync("/video/small.mp4"));
        Assert.False(File.Exists(cdn.Data.Of("replica1", "names", "big.mp4")));
        Assert.Equal(big, await cdn.Client.GetByteArrayAsync("/video/big.mp4")); // Known and held nowhere: read while it arrives.
        await Eventually.TrueAsync(() => File.Exists(cdn.Data.Of("replica1", "names", "big.mp4")), "it is held in the end");
        Assert.Contains("2 of 2 videos on replica1", await cdn.HealthTextAsync());
    }
}

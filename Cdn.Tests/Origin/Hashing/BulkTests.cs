using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Hashing;

/// <summary>What takes long keeps nothing else waiting.</summary>
[StartsProcesses]
public class BulkTests
{
    /// <summary>A file without blocks, which takes minutes to hash.</summary>
    private const long Big = 200L * 1024 * 1024 * 1024;

    [Fact]
    public async Task BigFile_WhileItIsHashed_KeepsNothingWaiting()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await using (var file = new FileStream(origin.Videos.Of("big.tmp"), FileMode.Create))
        {
            file.SetLength(Big);
        }

        File.Move(origin.Videos.Of("big.tmp"), origin.Videos.Of("big.mp4"));
        await Eventually.TrueAsync(async () => (await origin.ReportAsync()).Hashing is { Running: 1, Oldest: "big.mp4" }, "it is being hashed");

        origin.Videos.Write("b.mp4", 10);
        await origin.PublishesAsync("a.mp4", "b.mp4");
        File.Delete(origin.Videos.Of("a.mp4"));
        await origin.PublishesAsync("b.mp4");
        Assert.Contains("1 files to hash", await origin.HealthAsync());
        File.Delete(origin.Videos.Of("big.mp4"));
        await Eventually.TrueAsync(async () => (await origin.ReportAsync()).Hashing is { Running: 0, Waiting: 0 }, "nobody hashes what is gone");
    }

    [Fact]
    public async Task Purges_WhileFilesAreHashed_DisturbNobody()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        var purging = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                using var response = await origin.Service.Authorized.PostAsync(
                    Routes.Purges,
                    JsonContent.Create(new PurgeRequest(VideoName.Parse($"x{i}.mp4"), Block: true), WireJson.Default.PurgeRequest));
                response.EnsureSuccessStatusCode();
            }
        });
        for (var i = 0; i < 300; i++)
        {
            origin.Videos.Write($"f{i}.mp4", 100, seed: i);
        }

        await purging;
        await Eventually.TrueAsync(async () => (await origin.Service.CatalogAsync()).Videos.Length == 301, "all are published");
        Assert.DoesNotContain("could not be written", origin.Service.Log);
        Assert.DoesNotContain("Exception", origin.Service.Log);
    }
}

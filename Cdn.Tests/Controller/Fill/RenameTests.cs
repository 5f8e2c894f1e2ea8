using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Fill;

/// <summary>A rename sends nothing, and takes nothing away.</summary>
[StartsProcesses]
public class RenameTests
{
    private const int Files = 200;

    [Fact]
    public async Task Folder_Renamed_IsServedAllTheTimeAndSendsNoByte()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos =>
        {
            for (var i = 0; i < Files; i++)
            {
                videos.Write($"a/{i}.ts", 20_000, seed: i);
            }
        });
        var sent = await SentAsync(plane);
        var probe = WatchAsync(plane, plane.Videos.Of("b"));

        Directory.Move(plane.Videos.Of("a"), plane.Videos.Of("b"));

        await Eventually.TrueAsync(
            async () => (await plane.Origin.CatalogAsync()).Videos.All(video => video.Name.Value.StartsWith("b/", StringComparison.Ordinal)), "the catalog is true");
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(plane.Replicas.Select(replica => replica.InventoryAsync()))).All(inventory =>
                inventory.Videos.Length == Files && inventory.Videos.All(video => video.Name.Value.StartsWith("b/", StringComparison.Ordinal))),
            "both replicas hold the new names alone");
        Assert.Empty(await probe);
        Assert.Equal(sent, await SentAsync(plane));
        var pulled = plane.Replicas.Sum(replica => replica.Log.Split('\n').Count(line => line.Contains("Pulled")));
        Assert.Equal(0, pulled);
    }

    private static async Task<long> SentAsync(ControlPlane plane)
    {
        var sent = 0L;
        foreach (var service in plane.Replicas.Prepend(plane.Origin))
        {
            sent += (await service.Authorized.GetFromJsonAsync(Routes.Pushes, WireJson.Default.RunningPushes))!.SentBytes;
        }

        return sent;
    }

    /// <summary>From when a controller knows the new names until all are held: whether one of them was sent nowhere.</summary>
    private static async Task<List<string>> WatchAsync(ControlPlane plane, string folder)
    {
        await Eventually.TrueAsync(() => Directory.Exists(folder), "it is renamed");
        List<string> refused = [];
        await Eventually.TrueAsync(
            async () =>
            {
                foreach (var i in (int[])[0, Files / 2, Files - 1])
                {
                    var answer = await plane.SteerAsync($"b/{i}.ts");
                    if (answer == "503")
                    {
                        refused.Add($"b/{i}.ts: {answer}");
                    }
                    else if (answer.StartsWith("replica", StringComparison.Ordinal))
                    {
                        var served = await plane.Replicas[answer[^1] - '1'].Http.GetByteArrayAsync($"/video/b/{i}.ts");
                        Assert.Equal(Bytes.Random(20_000, seed: i), served);
                    }
                }

                return (await plane.Replicas[1].InventoryAsync()).Videos.Count(video => video.Name.Value.StartsWith("b/", StringComparison.Ordinal)) == Files;
            },
            "all new names are held");
        return refused;
    }
}

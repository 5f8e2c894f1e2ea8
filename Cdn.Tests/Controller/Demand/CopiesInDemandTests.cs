using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Demand;

/// <summary>
/// One copy of everything on three replicas, two controllers, and a video that everybody wants; with real processes.
/// </summary>
[StartsProcesses]
public class CopiesInDemandTests
{
    private const int Videos = 12;

    [Fact]
    public async Task Video_InDemand_IsHeldByMore_UntilNobodyAsksForItAnyMore()
    {
        await using var plane = await ControlPlane.StartAsync(
            3,
            videos =>
            {
                for (var i = 0; i < Videos; i++)
                {
                    videos.Write($"{i}.ts", 10_000, seed: i);
                }
            },
            controllers: 2,
            settings: [("COPIES", "1"), ("DEMAND_PERIOD", "1")]);
        Assert.Equal(Videos, await plane.HeldAsync());

        await Eventually.TrueAsync(
            async () =>
            {
                await AskAsync(plane, "7.ts", times: 20);
                return await plane.HeldAsync() == Videos + 2;
            },
            "all three replicas hold the video that is in demand");
        foreach (var controller in plane.Controllers)
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    await AskAsync(plane, "7.ts", times: 20);
                    var video = (await plane.ApiAsync(HttpMethod.Get, "/api/videos?prefix=7.ts", controller: controller)).GetProperty("videos")[0];
                    return video.GetProperty("belongsOn").GetArrayLength() == 3 && video.GetProperty("requests").GetInt64() > 0;
                },
                "both controllers see it");
        }

        await Eventually.TrueAsync(async () => await plane.HeldAsync() == Videos, "there is one copy of everything again");
        Assert.StartsWith("replica", await plane.SteerAsync("7.ts"));
        await plane.IsHealthyAsync();
    }

    [Fact]
    public async Task CopiesMax_ThatIsNoNumber_IsRefused()
    {
        var (exitCode, log) = await ServiceProcess.RunToEndAsync("Cdn.Controller", ("COPIES", "none"), ("COPIES_MAX", "0"));

        Assert.Equal(1, exitCode);
        Assert.Contains("COPIES must be all, or a number", log);
        Assert.Contains("COPIES_MAX must be all, or a number", log);
    }

    private static async Task AskAsync(ControlPlane plane, string video, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var replica = await plane.SteerAsync(video);
            (await plane.Replicas[int.Parse(replica["replica".Length..]) - 1].Http.GetAsync(Routes.Video + video)).EnsureSuccessStatusCode();
        }
    }
}

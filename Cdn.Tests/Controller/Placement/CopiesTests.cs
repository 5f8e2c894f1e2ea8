using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Placement;

/// <summary>Two copies on three replicas, with real processes.</summary>
[StartsProcesses]
public class CopiesTests
{
    private const int Videos = 30;

    [Fact]
    public async Task Fill_WithTwoCopies_HoldsEachVideoTwice_AndMovesWhatAReplicaTakesAway()
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
            settings: [("COPIES", "2"), ("REPLACE_AFTER", "2"), ("DEMAND_PERIOD", "1")]);

        Assert.Equal(2 * Videos, await plane.HeldAsync());
        foreach (var i in (int[])[0, 7, 29])
        {
            Assert.StartsWith("replica", await plane.SteerAsync($"{i}.ts"));
        }

        // One more, one less, one of another size.
        plane.Videos.Write("more.ts", 20_000, seed: 100);
        plane.Videos.Write("0.ts", 30_000, seed: 101);
        File.Delete(plane.Videos.Of("1.ts"));
        await Eventually.TrueAsync(async () => await plane.HeldAsync() == 2 * Videos && await plane.SteerAsync("more.ts") is { Length: > 3 }, "the plan follows the catalog");

        // A replica is away for longer than REPLACE_AFTER: the others take over what it had.
        await plane.Replicas[2].KillAsync();
        await Eventually.TrueAsync(async () => await plane.HeldAsync(0, 1) == 2 * Videos, "both copies of everything are on the other two");

        // It is back, and takes its share again.
        await plane.Replicas[2].StartAsync();
        await plane.IsHealthyAsync();
        await Eventually.TrueAsync(async () => await plane.HeldAsync() == 2 * Videos, "there are two copies again, not three");
    }

    [Fact]
    public async Task Fill_WithMoreCopiesThanReplicas_SaysSo()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos => videos.Write("film.mp4", 1000), settings: ("COPIES", "3"));

        var unplaced = (await plane.ApiAsync(HttpMethod.Get, "/api/status")).GetProperty("unplaced");

        Assert.Equal((1, 1000), (unplaced.GetProperty("videos").GetInt32(), unplaced.GetProperty("bytes").GetInt64()));
        Assert.Contains("fewer copies than are wanted", plane.Controller.Log);
    }

    [Fact]
    public async Task Copies_ThatAreNoNumber_AreRefused()
    {
        var (exitCode, log) = await ServiceProcess.RunToEndAsync("Cdn.Controller", ("COPIES", "some"));

        Assert.Equal(1, exitCode);
        Assert.Contains("COPIES must be all, or a number", log);
    }
}

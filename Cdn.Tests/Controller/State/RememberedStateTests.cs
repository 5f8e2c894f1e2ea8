using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.State;

/// <summary>Controllers that start without an origin, and two of them side by side.</summary>
[StartsProcesses]
public class RememberedStateTests
{
    [Fact]
    public async Task Controller_ThatStartsWhileTheOriginIsAway_SteersWhatReplicasProve()
    {
        await using var plane = await ControlPlane.StartAsync(2, videos => videos.Write("film.mp4", 1000));
        await plane.Controller.StopAsync();
        await plane.Origin.KillAsync();

        await plane.Controller.StartAsync();

        Assert.StartsWith("replica", await plane.SteerAsync("film.mp4"));
        Assert.Equal("503", await plane.SteerAsync("unknown.mp4")); // It may be a new one.
        using var health = await plane.Controller.Http.GetAsync(Routes.Health);
        Assert.False(health.IsSuccessStatusCode); // It has not read the origin's videos, so it cannot know that nothing is missing.

        await plane.Origin.StartAsync();
        await plane.IsHealthyAsync();
    }

    [Fact]
    public async Task Controller_WithADamagedState_StartsWithoutIt()
    {
        await using var plane = await ControlPlane.StartAsync(1, videos => videos.Write("film.mp4", 1000));
        foreach (var content in (string[])["", "{", "null"])
        {
            await plane.Controller.StopAsync();
            File.WriteAllText(plane.StateOf("controller.db"), content);

            await plane.Controller.StartAsync();

            await plane.IsHealthyAsync();
            Assert.Equal("replica1", await plane.SteerAsync("film.mp4"));
        }
    }

    [Fact]
    public async Task TwoControllers_GiveTheSameAnswersAndFillOnce()
    {
        await using var plane = await ControlPlane.StartAsync(
            2,
            videos =>
            {
                for (var i = 0; i < 10; i++)
                {
                    videos.Write($"{i}.mp4", 1_500_000, seed: i);
                }
            },
            controllers: 2,
            ("Logging__LogLevel__Cdn.Replica", "Debug"));

        // Each replica got each video once, whoever asked for it how often.
        var received = plane.Replicas.Sum(replica => replica.Log.Split('\n').Count(line => line.Contains("is held: 1500000 bytes, 1500000 received")));
        Assert.Equal(20, received);
        foreach (var controller in plane.Controllers)
        {
            Assert.Equal("404", await plane.SteerAsync("unknown.mp4", controller));
            Assert.StartsWith("replica", await plane.SteerAsync("0.mp4", controller));
        }

        // What one of them purges, the other knows.
        await plane.PurgeAsync(new { name = "0.mp4", block = true });
        await Eventually.TrueAsync(async () => await plane.SteerAsync("0.mp4", plane.Controllers[1]) == "404", "the other one knows");

        await plane.Controllers[0].KillAsync();
        Assert.StartsWith("replica", await plane.SteerAsync("1.mp4", plane.Controllers[1]));
    }
}

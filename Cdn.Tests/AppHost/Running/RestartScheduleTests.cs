using Cdn.AppHost.Running;

namespace Cdn.Tests.AppHost.Running;

public sealed class RestartScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void End_AgainAndAgain_WaitsTwiceAsLongEachTimeUpTo30Seconds()
    {
        var schedule = new RestartSchedule();

        var waits = Enumerable.Range(0, 10).Select(_ => schedule.End(Start).TotalSeconds).ToList();

        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], waits);
        Assert.Equal(10, schedule.Count);
    }

    [Fact]
    public void End_AfterAMinuteOfHealth_BeginsAnew()
    {
        var schedule = new RestartSchedule();
        schedule.End(Start);
        schedule.End(Start);
        schedule.See(isHealthy: true, Start);
        schedule.See(isHealthy: true, Start + TimeSpan.FromSeconds(59));

        Assert.Equal(RestartSchedule.First, schedule.End(Start + RestartSchedule.Forgiven));
        Assert.Equal(1, schedule.Count);
    }

    [Fact]
    public void End_AfterHealthThatWasInterrupted_GoesOn()
    {
        var schedule = new RestartSchedule();
        schedule.End(Start);
        schedule.See(isHealthy: true, Start);
        schedule.See(isHealthy: false, Start + TimeSpan.FromSeconds(50));
        schedule.See(isHealthy: true, Start + TimeSpan.FromSeconds(51));

        Assert.Equal(RestartSchedule.First * 2, schedule.End(Start + TimeSpan.FromSeconds(70)));
    }
}

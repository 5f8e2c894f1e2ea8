using Cdn.Contracts;
using Cdn.Controller.Fill;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Fill;

public class RetryScheduleTests
{
    private static readonly VideoName Film = VideoName.Parse("film.mp4");

    private readonly ManualTime _time = new();

    [Fact]
    public void Failed_OnceAndAgain_WaitsTwiceAsLongUpToTheLongest()
    {
        var schedule = new RetrySchedule(TimeSpan.FromSeconds(4), _time);
        Assert.True(schedule.IsDue(Film));

        foreach (var seconds in (double[])[0.5, 1, 2, 4, 4, 4])
        {
            schedule.Failed(Film);
            _time.Advance(TimeSpan.FromSeconds(seconds * 0.49));
            Assert.False(schedule.IsDue(Film));
            _time.Advance(TimeSpan.FromSeconds(seconds * 0.52));
            Assert.True(schedule.IsDue(Film));
        }
    }

    [Fact]
    public void Succeeded_AfterFailures_StartsAnew()
    {
        var schedule = new RetrySchedule(TimeSpan.FromSeconds(60), _time);
        for (var i = 0; i < 100; i++)
        {
            schedule.Failed(Film);
        }

        schedule.Succeeded(Film);
        Assert.True(schedule.IsDue(Film));
        schedule.Failed(Film);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(schedule.IsDue(Film));
    }
}

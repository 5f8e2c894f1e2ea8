using Cdn.AppHost.Terminal;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.AppHost.Terminal;

public sealed class FillMeterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Line_First_SaysHowFar() => Assert.Equal(
        "filling: 0 of 1,200 videos, 0 B of 36 GB", new FillMeter(_time).Line(new FillProgress(0, 1200, 0, 36_000_000_000)).Replace("36.0", "36"));

    [Fact]
    public void Line_Later_SaysRateAndTimeLeft()
    {
        var meter = new FillMeter(_time);
        meter.Line(new FillProgress(0, 10, 0, 1_000_000_000));
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(
            "filling: 2 of 10 videos, 200 MB of 1.0 GB, 50.0 MB/s, 16 s left", meter.Line(new FillProgress(2, 10, 200_000_000, 1_000_000_000)));
    }

    [Fact]
    public void Line_StandingStill_SaysNoTimeLeft()
    {
        var meter = new FillMeter(_time);
        for (var second = 0; second < 30; second++)
        {
            meter.Line(new FillProgress(1, 2, 500, 1000));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("filling: 1 of 2 videos, 500 B of 1.0 kB", meter.Line(new FillProgress(1, 2, 500, 1000)));
    }

    [Fact]
    public void Line_AfterAChangeOfSpeed_SaysThatOfTheLastSeconds()
    {
        var meter = new FillMeter(_time);
        long bytes = 0;
        for (var second = 0; second < 60; second++)
        {
            meter.Line(new FillProgress(0, 1, bytes, 100_000));
            bytes += second < 30 ? 1000 : 100;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Contains(", 100 B/s, ", meter.Line(new FillProgress(0, 1, bytes, 100_000)));
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(89, "89 s")]
    [InlineData(600, "10 min")]
    [InlineData(7500, "2 h 5 min")]
    [InlineData(1e9, "very long")]
    public void InWords_OfTime_IsShort(double seconds, string words) => Assert.Equal(words, Quantities.InWords(TimeSpan.FromSeconds(seconds)));
}

using Cdn.Contracts;
using Cdn.Replica;
using Cdn.Replica.Demand;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Replica.Demand;

public class RecentDemandTests
{
    private static readonly VideoName Hot = VideoName.Parse("hot.mp4");
    private static readonly VideoName Cold = VideoName.Parse("cold.mp4");

    private readonly ManualTime _time = new();
    private readonly RecentDemand _demand;

    public RecentDemandTests() => _demand = new RecentDemand(Options.Create(new ReplicaOptions { DemandPeriodSeconds = 60 }), _time);

    [Fact]
    public void Report_OfAPeriodThatIsNotOver_IsEmpty()
    {
        Ask(Hot, 100);

        Assert.Empty(_demand.Report().Periods);
    }

    [Fact]
    public void Report_AfterwardsHasWhatWasAskedFor_MostWantedFirst()
    {
        Ask(Hot, 10);
        Ask(Cold, 4);
        var period = _time.GetUtcNow().ToUnixTimeSeconds() / 60;
        _time.Advance(TimeSpan.FromMinutes(1));
        Ask(Cold, 100); // The next period.

        var report = _demand.Report();

        Assert.Equal(60, report.PeriodSeconds);
        var over = Assert.Single(report.Periods);
        Assert.Equal((period, 14), (over.Number, over.Requests));
        Assert.Equal([new VideoDemand(Hot, 10), new VideoDemand(Cold, 4)], over.Videos);
    }

    [Fact]
    public void Report_TenPeriodsLater_IsEmpty()
    {
        Ask(Hot, 10);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(_demand.Report().Periods);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_demand.Report().Periods);
    }

    private void Ask(VideoName video, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _demand.Add(video);
        }
    }
}

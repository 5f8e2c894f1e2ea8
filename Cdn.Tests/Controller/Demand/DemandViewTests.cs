using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Tests.Controller.Demand;

public class DemandViewTests
{
    private const long Now = 30_000_000;

    private static readonly VideoName Hot = VideoName.Parse("hot.mp4");
    private static readonly VideoName Warm = VideoName.Parse("warm.mp4");

    [Fact]
    public void Of_TwoReplicas_AddsUpWhatTheyReportOfAPeriod()
    {
        var view = Of([Report((Now - 1, 100, [(Hot, 50)])), Report((Now - 2, 10, []), (Now - 1, 200, [(Hot, 20), (Warm, 10)]))]);

        Assert.Equal([(Now - 2, 10), (Now - 1, 300)], view.Periods.Select(period => (period.Number, period.Requests)));
        Assert.Equal((70, 10), (view.LatestRequests(Hot), view.LatestRequests(Warm)));
    }

    [Fact]
    public void Of_APeriodThatHasJustEnded_WaitsUntilAllHaveClosedIt()
    {
        DemandReport[] reports = [Report((Now - 1, 100, [(Hot, 50)]))];

        Assert.Empty(DemandView.Of(reports, DateTimeOffset.FromUnixTimeSeconds((Now * 60) + 1)).Periods);
        Assert.Single(DemandView.Of(reports, DateTimeOffset.FromUnixTimeSeconds((Now * 60) + 2)).Periods);
    }

    [Theory]
    [InlineData(200, 10_000, 8, 2)] // 0.16 of a replica's load, on two copies.
    [InlineData(120, 10_000, 8, 0)] // 0.096 of a replica's: one copy does.
    [InlineData(10_000, 10_000, 8, 8)]
    [InlineData(200, 10_000, 100, 20)]
    [InlineData(59, 59, 8, 0)] // Less than a request a second.
    public void WantedCopies_ByShareOfTheLoad_LeaveATenthOfAReplicasLoadToEach(int requests, int all, int replicas, int copies)
    {
        var wanted = Of([Report((Now - 1, all, [(Hot, requests)]))]).WantedCopies(copies: 1, most: 1000, replicas);

        Assert.Equal(copies, wanted.GetValueOrDefault(Hot));
    }

    [Fact]
    public void WantedCopies_AreNeverMoreThanAllowed() =>
        Assert.Equal(3, Of([Report((Now - 1, 1000, [(Hot, 1000)]))]).WantedCopies(copies: 2, most: 3, replicas: 8)[Hot]);

    [Fact]
    public void WantedCopies_WhenDemandFalls_StayUntilItWasLowForTenPeriods()
    {
        DemandReport[] reports = [Report((Now - 10, 1000, [(Hot, 1000)]), (Now - 1, 1000, [(Warm, 1000)]))];

        Assert.Equal([Hot, Warm], Of(reports).WantedCopies(1, 1000, 8).Keys.OrderBy(name => name.Value));
        Assert.Equal([Warm], Of(reports, later: 1).WantedCopies(1, 1000, 8).Keys);
    }

    [Fact]
    public void WantedCopies_OfReportsInAnyOrder_AreTheSame()
    {
        DemandReport[] reports = [Report((Now - 1, 1000, [(Hot, 300)])), Report((Now - 1, 500, [(Hot, 100), (Warm, 200)]))];

        Assert.Equal(Of(reports).WantedCopies(1, 1000, 8), Of([.. reports.Reverse()]).WantedCopies(1, 1000, 8));
    }

    private static DemandView Of(DemandReport[] reports, int later = 0) => DemandView.Of(reports, DateTimeOffset.FromUnixTimeSeconds(((Now + later) * 60) + 30));

    private static DemandReport Report(params (long Number, long Requests, (VideoName Name, long Requests)[] Videos)[] periods) => new(
        60, [.. periods.Select(period => new DemandPeriod(period.Number, period.Requests, [.. period.Videos.Select(video => new VideoDemand(video.Name, video.Requests))]))]);
}

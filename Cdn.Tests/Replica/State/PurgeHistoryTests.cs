using Cdn.Contracts;
using Cdn.Replica.State;

namespace Cdn.Tests.Replica.State;

public sealed class PurgeHistoryTests
{
    private static readonly VideoName Film = VideoName.Parse("film/1.ts");

    [Fact]
    public void IsPurged_OfWhatWasAskedForBefore_AndNotAfter()
    {
        var history = PurgeHistory.None.Add(new PurgeSelector(Prefix: "film/"));

        Assert.True(history.IsPurged(Film, since: 0));
        Assert.False(history.IsPurged(Film, since: 1));
        Assert.False(history.IsPurged(VideoName.Parse("other"), since: 0));
    }

    [Fact]
    public void IsPurged_BeyondWhatIsRemembered_MayHaveBeen()
    {
        var history = Enumerable.Range(0, PurgeHistory.Remembered + 1).Aggregate(
            PurgeHistory.None, (so, i) => so.Add(new PurgeSelector(VideoName.Parse($"{i}"))));

        Assert.True(history.IsPurged(Film, since: 0));
        Assert.False(history.IsPurged(Film, since: 1));
    }
}

using Cdn.Origin.Catalog;
using Cdn.Origin.Files;
using Cdn.Origin.Watching;

namespace Cdn.Tests.Origin.Catalog;

public class SettlingTests
{
    private const long Now = 1_000 * TimeSpan.TicksPerSecond;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(WatchHints.MovedIn, 0, 0, false, SettlingStep.Read)] // Renamed into place.
    [InlineData(WatchHints.Created, 0, 0, false, SettlingStep.Wait)] // Linked, or the first write is yet to be heard of.
    [InlineData(WatchHints.Created, 60, 0, false, SettlingStep.Read)] // Linked.
    [InlineData(WatchHints.Created | WatchHints.Written, 60, 60, false, SettlingStep.Wait)] // Written in place.
    [InlineData(WatchHints.MovedIn | WatchHints.Written, 60, 60, false, SettlingStep.Wait)] // Renamed by somebody who goes on writing.
    [InlineData(WatchHints.Written, 1000, 1000, false, SettlingStep.Read)] // Left alone.
    [InlineData(WatchHints.Written, 60, 60, true, SettlingStep.ReadTwice)] // A playlist that is rewritten.
    [InlineData(WatchHints.Written, 60, 1100, false, SettlingStep.ReadTwice)] // Never left alone since it came.
    [InlineData(WatchHints.None, 0, 0, false, SettlingStep.Wait)] // Found by a scan, and young.
    public void Decide_SmallFileOfJustNow(object arrival, int seenFor, int unsettledFor, bool isPublished, object step) =>
        Assert.Equal((SettlingStep)step, Decide((WatchHints)arrival, seenFor, unsettledFor, isPublished, size: 100, age: 100));

    [Fact]
    public void Decide_LargeFileThatIsRewritten_WaitsUntilItIsLeftAlone() =>
        Assert.Equal(SettlingStep.Wait, Decide(WatchHints.Written, 60, 5000, isPublished: true, Settling.Small + 1, age: 100));

    [Fact]
    public void Decide_FileThatAScanFindsAndThatIsOld_IsRead() =>
        Assert.Equal(SettlingStep.Read, Decide(WatchHints.None, 0, 0, isPublished: false, size: 100, age: 2000));

    [Fact]
    public void Decide_FileOfThisVeryInstant_WaitsForTheClockOfTheKernel() =>
        Assert.Equal(SettlingStep.Wait, Decide(WatchHints.MovedIn, 0, 0, isPublished: true, size: 100, age: 5));

    private static SettlingStep Decide(WatchHints arrival, int seenFor, int unsettledFor, bool isPublished, long size, int age)
    {
        var time = Now - (age * TimeSpan.TicksPerMillisecond);
        return Settling.Decide(
            new FileIdentity(1, 1, size, time, time), arrival, Now, TimeSpan.FromMilliseconds(seenFor), TimeSpan.FromMilliseconds(unsettledFor), isPublished, Patience).Step;
    }
}

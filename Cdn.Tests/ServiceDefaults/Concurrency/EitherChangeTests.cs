using Cdn.ServiceDefaults.Concurrency;

namespace Cdn.Tests.ServiceDefaults.Concurrency;

public class EitherChangeTests
{
    [Fact]
    public async Task Wait_AgainAndAgainForTheSame_LeavesNothing()
    {
        var (one, other) = (new NextChange(), new NextChange());
        var either = new EitherChange();
        await WaitInVainAsync(either, one, other, times: 100);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await WaitInVainAsync(either, one, other, times: 20_000);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
        GC.KeepAlive(one);
        GC.KeepAlive(other);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_EitherChanges_Ends(bool isFirst)
    {
        var (one, other) = (new NextChange(), new NextChange());
        var either = new EitherChange();
        either.Expect(one.Task, other.Task);
        var wait = either.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);

        (isFirst ? one : other).Raise();

        Assert.True(await wait);
    }

    private static async Task WaitInVainAsync(EitherChange either, NextChange one, NextChange other, int times)
    {
        for (var i = 0; i < times; i++)
        {
            either.Expect(one.Task, other.Task);
            Assert.False(await either.WaitAsync(TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        }
    }
}

using Cdn.ServiceDefaults.Concurrency;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.ServiceDefaults.Concurrency;

public class RecentCountTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(0, 8)]
    [InlineData(9.5, 8)]
    [InlineData(12.5, 6)]
    [InlineData(15, 4)]
    [InlineData(17.5, 2)]
    [InlineData(20, 0)]
    [InlineData(3600, 0)]
    public void At_AsTimePasses_BecomesLess(double seconds, double expected)
    {
        var count = new RecentCount(Window, _time);
        for (var i = 0; i < 8; i++)
        {
            count.Add();
        }

        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(expected, count.At(_time.GetTimestamp()));
    }

    [Fact]
    public void At_ManyAtTheSameTime_MovesOnOnce()
    {
        for (var round = 0; round < 200; round++)
        {
            var count = new RecentCount(Window, _time);
            count.Add();
            _time.Advance(Window);

            Parallel.For(0, 8, _ => count.At(_time.GetTimestamp()));

            Assert.Equal(1, count.At(_time.GetTimestamp()));
        }
    }
}

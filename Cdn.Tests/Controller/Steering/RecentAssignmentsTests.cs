using Cdn.Controller.Steering;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Steering;

public class RecentAssignmentsTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(0, 8)]
    [InlineData(9.5, 8)]
    [InlineData(12.5, 6)]
    [InlineData(15, 4)]
    [InlineData(17.5, 2)]
    [InlineData(20, 0)]
    [InlineData(3600, 0)]
    public void Of_AsTimePasses_BecomesLess(double seconds, double expected)
    {
        var recent = new RecentAssignments(2, _time);
        for (var i = 0; i < 8; i++)
        {
            recent.Add(1);
        }

        _time.Advance(TimeSpan.FromSeconds(seconds));
        var share = recent.Turn();

        Assert.Equal((0, expected), (recent.Of(0, share), recent.Of(1, share)));
    }

    [Fact]
    public void Turn_ManyAtTheSameTime_MovesOnOnce()
    {
        for (var round = 0; round < 200; round++)
        {
            var recent = new RecentAssignments(1, _time);
            recent.Add(0);
            _time.Advance(TimeSpan.FromSeconds(10));

            Parallel.For(0, 8, _ => recent.Turn());

            Assert.Equal(1, recent.Of(0, recent.Turn()));
        }
    }
}

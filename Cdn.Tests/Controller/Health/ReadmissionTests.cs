using Cdn.Controller.Health;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Health;

public class ReadmissionTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Answered_AfterTheFirstOutage_IsReadmittedAtOnce()
    {
        var readmission = new Readmission(_time);
        Assert.Equal(TimeSpan.Zero, readmission.Answered());
        readmission.WentDown();
        Assert.Equal(TimeSpan.Zero, readmission.Answered());
    }

    [Fact]
    public void Answered_AfterEachFurtherOutage_WaitsTwiceAsLong_UpToAMinute()
    {
        var readmission = new Readmission(_time);
        readmission.WentDown();
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            readmission.WentDown();
            Assert.Equal(TimeSpan.FromSeconds(seconds), readmission.Answered());
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.5));
            Assert.Equal(TimeSpan.FromSeconds(0.5), readmission.Answered());
            _time.Advance(TimeSpan.FromSeconds(0.5));
            Assert.Equal(TimeSpan.Zero, readmission.Answered());
        }
    }

    [Fact]
    public void WentDown_AfterAQuietTime_IsTheFirstAgain()
    {
        var readmission = new Readmission(_time);
        readmission.WentDown();
        readmission.WentDown();
        _time.Advance(TimeSpan.FromMinutes(6));
        readmission.WentDown();
        Assert.Equal(TimeSpan.Zero, readmission.Answered());
    }
}

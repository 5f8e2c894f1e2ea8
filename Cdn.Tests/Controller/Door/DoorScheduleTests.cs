using Cdn.Controller.Door;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Door;

public class DoorScheduleTests
{
    private readonly ManualTime _time = new();
    private readonly DoorSchedule _schedule;

    public DoorScheduleTests() => _schedule = new DoorSchedule(TimeSpan.FromSeconds(30), _time);

    [Fact]
    public void ReplicaThatIsMerelyDown_ServesOn()
    {
        Assert.True(_schedule.MayServe("replica1", isBehind: false, answers: false));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(_schedule.MayServe("replica1", isBehind: false, answers: false));
    }

    [Fact]
    public void PurgeThatWaitsForASilentReplica_ShutsItOutAfterTheGrace_AndNoSooner()
    {
        Assert.Null(_schedule.MayServe("replica1", isBehind: true, answers: false));
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Null(_schedule.MayServe("replica1", isBehind: true, answers: false));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(_schedule.MayServe("replica1", isBehind: true, answers: false));
    }

    [Fact]
    public void ReplicaThatIsBack_StaysOutUntilItHasApplied()
    {
        _schedule.MayServe("replica1", isBehind: true, answers: false);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.False(_schedule.MayServe("replica1", isBehind: true, answers: false));
        Assert.Null(_schedule.MayServe("replica1", isBehind: true, answers: true));
        Assert.True(_schedule.MayServe("replica1", isBehind: false, answers: true));
    }

    [Fact]
    public void ReplicaThatAnsweredMeanwhile_HasItsGraceAnew()
    {
        _schedule.MayServe("replica1", isBehind: true, answers: false);
        _time.Advance(TimeSpan.FromSeconds(20));
        _schedule.MayServe("replica1", isBehind: true, answers: true);
        _schedule.MayServe("replica1", isBehind: true, answers: false);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(_schedule.MayServe("replica1", isBehind: true, answers: false));
    }
}

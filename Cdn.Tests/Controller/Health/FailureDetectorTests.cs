using Cdn.Controller.Health;

namespace Cdn.Tests.Controller.Health;

/// <summary>Three replicas, asked every half second with a patience of 0.75 s; a clock that only the test moves.</summary>
public sealed class FailureDetectorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.75);

    private readonly FailureDetector _detector = new(3);
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    public FailureDetectorTests() => Hear(0, 1, 2);

    [Fact]
    public void Silent_WhileOthersAnswer_IsSuspect_AndThenDownWithinTwoSeconds()
    {
        var diedAt = _now;
        Pass(TimeSpan.FromSeconds(0.45), 1, 2);

        Assert.Equal(Verdict.Suspect, Ask(0, hearMeanwhile: [1, 2]));
        Assert.Equal(Verdict.Down, Ask(0, hearMeanwhile: [1, 2]));
        Assert.InRange(_now - diedAt, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Silent_OnceAndThenHeard_BeginsAnew()
    {
        Assert.Equal(Verdict.Suspect, Ask(0, hearMeanwhile: [1, 2]));
        Hear(0);
        Assert.Equal(Verdict.Suspect, Ask(0, hearMeanwhile: [1, 2]));
    }

    [Fact]
    public void Silent_WhileThisProcessStoodStill_SaysNothing()
    {
        var askedAt = _now;
        _now += TimeSpan.FromSeconds(5); // Nobody looked at the clock meanwhile.

        Assert.Equal(Verdict.AskAgain, _detector.Silent(0, askedAt, _now));
        Assert.Equal(Verdict.AskAgain, _detector.Silent(1, askedAt, _now));
        Assert.Equal(Verdict.Suspect, Ask(0, hearMeanwhile: [1, 2]));
        Assert.Equal(Verdict.Down, Ask(0, hearMeanwhile: [1, 2]));
    }

    [Fact]
    public void Silent_OnAMachineThatStandsStillAllTheTime_IsDownInTheEnd()
    {
        var verdicts = new List<Verdict>();
        for (var i = 0; i < 4; i++)
        {
            var askedAt = _now;
            _now += TimeSpan.FromSeconds(1);
            _detector.Heard(1, _now);
            verdicts.Add(_detector.Silent(0, askedAt, _now));
        }

        Assert.Equal([Verdict.AskAgain, Verdict.AskAgain, Verdict.Suspect, Verdict.Down], verdicts);
    }

    [Fact]
    public void Silent_AllAtTheSameMoment_AreAskedAgainBeforeAnybodyIsTakenOut()
    {
        for (var i = 0; i < 3; i++)
        {
            var askedAt = _now;
            Pass(Patience);
            Assert.All([0, 1, 2], replica => Assert.Equal(Verdict.Suspect, _detector.Silent(replica, askedAt, _now)));
        }

        Hear(1, 2); // So it was one of them after all.
        Assert.Equal(Verdict.Down, Ask(0, hearMeanwhile: [1, 2]));
    }

    [Fact]
    public void Silent_AllAndForLong_AreDown()
    {
        var verdicts = new List<Verdict>();
        for (var i = 0; i < 4; i++)
        {
            var askedAt = _now;
            Pass(Patience);
            verdicts.Add(new[] { 0, 1, 2 }.Select(replica => _detector.Silent(replica, askedAt, _now)).Min());
        }

        Assert.Equal(Verdict.Down, verdicts[^1]);
    }

    [Fact]
    public void Silent_TheOnlyReplica_IsDownAfterTwo()
    {
        var detector = new FailureDetector(1);
        detector.Heard(0, _now);

        Assert.Equal(Verdict.Suspect, detector.Silent(0, _now, _now + TimeSpan.FromSeconds(0.4)));
        Assert.Equal(Verdict.Down, detector.Silent(0, _now + TimeSpan.FromSeconds(0.4), _now + TimeSpan.FromSeconds(0.8)));
    }

    [Fact]
    public void Silent_OneThatHasRefused_IsDownAtOnce_AndNoWitness()
    {
        _detector.Refused(0, _now);
        Assert.Equal(Verdict.Down, _detector.Silent(0, _now, _now));

        _detector.Refused(2, _now);
        Assert.Equal(Verdict.Suspect, Ask(1, hearMeanwhile: []));
        Assert.Equal(Verdict.Down, Ask(1, hearMeanwhile: []));
    }

    private void Hear(params int[] replicas) => Array.ForEach(replicas, replica => _detector.Heard(replica, _now));

    private void Pass(TimeSpan time, params int[] heard)
    {
        for (var end = _now + time; _now < end;)
        {
            _now = _now + FailureDetector.LookEvery < end ? _now + FailureDetector.LookEvery : end;
            _detector.Look(_now);
            Hear(heard);
        }
    }

    private Verdict Ask(int replica, int[] hearMeanwhile)
    {
        var askedAt = _now;
        Pass(Patience, hearMeanwhile);
        return _detector.Silent(replica, askedAt, _now);
    }
}

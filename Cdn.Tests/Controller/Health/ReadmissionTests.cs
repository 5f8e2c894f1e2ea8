using Cdn.Controller.Health;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Health;

public class ReadmissionTests
{
    private readonly ManualTime _time = new();
    private readonly Readmission _readmission;

    public ReadmissionTests() => _readmission = new Readmission(_time);

    [Fact]
    public void Answered_AfterTheFirstOutage_IsReadmittedAtOnce()
    {
        Assert.Null(Answer());
        _readmission.Failed();
        Assert.Null(Answer());
    }

    [Fact]
    public void Answered_AfterEachFurtherOutage_WaitsTwiceAsLong_UpToAMinute()
    {
        _readmission.Failed();
        Assert.Null(Answer());
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            _readmission.Failed();
            Assert.NotNull(Answer());
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.5));
            Assert.NotNull(Answer());
            _time.Advance(TimeSpan.FromSeconds(0.5));
            Assert.Null(Answer());
        }
    }

    [Fact]
    public void Failed_ReportedDownAndStillDown_IsOneOutage()
    {
        _readmission.Failed();
        _readmission.Failed();
        _time.Advance(TimeSpan.FromSeconds(1));
        _readmission.Failed();

        Assert.Null(Answer());
    }

    [Fact]
    public void Answered_ToAQuestionFromBefore_ProvesNothing()
    {
        var askedAt = _time.Now();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _readmission.Failed();

        Assert.NotNull(_readmission.Answered(askedAt));
        Assert.Null(Answer());
    }

    [Fact]
    public void Answered_WhileHeldBack_SaysUntilWhenInTheSameWords()
    {
        _readmission.Failed();
        Answer();
        _readmission.Failed();
        Answer();
        _readmission.Failed();

        var reason = Answer();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("it failed 3 times lately, and gets clients again at 00:00:02 UTC", reason);
        Assert.Equal(reason, Answer());
    }

    [Fact]
    public void Failed_AfterAQuietTime_IsTheFirstAgain()
    {
        _readmission.Failed();
        Answer();
        _readmission.Failed();
        Assert.NotNull(Answer());
        _time.Advance(TimeSpan.FromMinutes(6));

        _readmission.Failed();

        Assert.Null(Answer());
    }

    private string? Answer() => _readmission.Answered(_time.Now());
}

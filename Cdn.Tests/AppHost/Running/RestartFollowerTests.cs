using Cdn.AppHost.Running;

namespace Cdn.Tests.AppHost.Running;

/// <summary>Which ends of a process are followed by another start.</summary>
public sealed class RestartFollowerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTime First = Now.UtcDateTime;
    private static readonly DateTime Second = First.AddSeconds(10);

    private readonly Restarter.Follower _follower = new();

    [Fact]
    public void See_EndByItself_IsStartedAgainOnce()
    {
        Assert.Null(See(KnownResourceStates.Running, First));

        Assert.Equal(RestartSchedule.First, See(KnownResourceStates.Finished, First));
        Assert.Null(See(KnownResourceStates.Finished, First));
    }

    [Fact]
    public void See_StateOfTheRunBeforeAfterAStart_IsNoSecondEnd()
    {
        See(KnownResourceStates.Running, First);
        See(KnownResourceStates.Finished, First);
        See(KnownResourceStates.Starting, First);

        Assert.Null(See(KnownResourceStates.Finished, First));
        Assert.Null(See(KnownResourceStates.Running, Second));
        Assert.Equal(RestartSchedule.First * 2, See(KnownResourceStates.Exited, Second));
    }

    [Fact]
    public void See_StopThatWasAskedFor_IsLeftAlone()
    {
        See(KnownResourceStates.Running, First);
        See(KnownResourceStates.Stopping, First);

        Assert.Null(See(KnownResourceStates.Finished, First));
    }

    [Fact]
    public void See_EndAfterAStopAndAStart_IsStartedAgain()
    {
        See(KnownResourceStates.Stopping, First);
        See(KnownResourceStates.Finished, First);
        See(KnownResourceStates.Running, Second);

        Assert.Equal(RestartSchedule.First, See(KnownResourceStates.Finished, Second));
    }

    [Fact]
    public void See_FailedToStart_IsLeftAlone() => Assert.Null(See(KnownResourceStates.FailedToStart, null));

    [Fact]
    public void TakeTurn_WhileItWaits_IsGivenOnce()
    {
        Assert.False(_follower.TakeTurn());
        See(KnownResourceStates.Finished, First);

        Assert.True(_follower.TakeTurn());
        Assert.False(_follower.TakeTurn());
    }

    [Fact]
    public void TakeTurn_AfterSomebodyElseHasStartedIt_IsRefused()
    {
        See(KnownResourceStates.Finished, First);
        See(KnownResourceStates.Running, Second);

        Assert.False(_follower.TakeTurn());
    }

    private TimeSpan? See(string state, DateTime? started) => _follower.See(new(state, started, IsHealthy: false), Now);
}

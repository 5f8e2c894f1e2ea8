using Cdn.Hosting;

namespace Cdn.Tests.Hosting.Orchestration;

public sealed class RestartPolicyTests
{
    private static readonly EndedRun Short = new(1, TimeSpan.FromSeconds(1), null);

    [Fact]
    public void After_CrashesOfAProvenProcess_DoublesTheDelayUpToTheLimitForEver()
    {
        var policy = new RestartPolicy(new SupervisionOptions(), hasChecks: true) { Proven = true };

        var delays = Enumerable.Range(0, 9).Select(_ => policy.After(Short)!.Value.TotalSeconds);

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 10, 10, 10], delays);
        Assert.Equal(9, policy.Restarts);
    }

    [Fact]
    public void After_ALongRun_BeginsAnew()
    {
        var policy = new RestartPolicy(new SupervisionOptions(), hasChecks: true) { Proven = true };
        policy.After(Short);
        policy.After(Short);

        Assert.Equal(0.25, policy.After(Short with { Ran = TimeSpan.FromSeconds(30) })!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_ThreeFailuresOfAProcessThatNeverWorked_GivesUp(bool hasChecks)
    {
        var policy = new RestartPolicy(new SupervisionOptions(), hasChecks);

        Assert.NotNull(policy.After(Short));
        Assert.NotNull(policy.After(Short));
        Assert.Null(policy.After(Short));
    }

    [Theory]
    [InlineData(1, "1st")]
    [InlineData(2, "2nd")]
    [InlineData(3, "3rd")]
    [InlineData(4, "4th")]
    [InlineData(11, "11th")]
    [InlineData(12, "12th")]
    [InlineData(21, "21st")]
    [InlineData(113, "113th")]
    public void Ordinal_Number_IsEnglish(int number, string expected) => Assert.Equal(expected, RestartPolicy.Ordinal(number));
}

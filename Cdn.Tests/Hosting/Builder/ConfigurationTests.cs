namespace Cdn.Tests.Hosting.Builder;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task Environment_OnTheCommandLine_IsTaken()
    {
        await using var builder = TestApp.Create("--environment", "Staging", "ORIGIN_PORT=9101");

        Assert.Equal("Staging", builder.Environment.EnvironmentName);
        Assert.Equal("9101", builder.Configuration["ORIGIN_PORT"]);
    }

    [Fact]
    public async Task Context_OfThisEngine_IsRun()
    {
        await using var builder = TestApp.Create();

        Assert.True(builder.ExecutionContext.IsRunMode);
        Assert.False(builder.ExecutionContext.IsPublishMode);
    }
}

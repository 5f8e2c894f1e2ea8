using Cdn.Hosting;

namespace Cdn.Tests.Hosting.ApplicationModel;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("1origin")]
    [InlineData("my--origin")]
    [InlineData("origin-")]
    [InlineData("my_origin")]
    [InlineData("åäö")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void Name_ThatBreaksTheRules_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new ExecutableResource(name, "sh", "/"));

    [Fact]
    public async Task Name_TakenWhateverTheCase_IsRefused()
    {
        await using var builder = TestApp.Create();
        builder.AddSleeper("origin");

        Assert.Throws<DistributedApplicationException>(() => builder.AddSleeper("Origin"));
    }
}

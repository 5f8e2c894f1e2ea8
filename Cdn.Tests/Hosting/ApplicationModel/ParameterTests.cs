using Cdn.Hosting;

namespace Cdn.Tests.Hosting.ApplicationModel;

public sealed class ParameterTests
{
    [Fact]
    public void Generated_WithLeastNumbers_HasThemAndItsLength()
    {
        var text = new GenerateParameterDefault { MinLength = 30, Special = false, MinUpper = 5, MinNumeric = 7 }.GetDefaultValue();

        Assert.Equal(30, text.Length);
        Assert.True(text.Count(char.IsAsciiLetterUpper) >= 5);
        Assert.True(text.Count(char.IsAsciiDigit) >= 7);
        Assert.All(text, c => Assert.True(char.IsAsciiLetterOrDigit(c)));
    }

    [Fact]
    public async Task Generated_AskedTwice_IsTheSameInOneRun()
    {
        await using var builder = TestApp.Create();
        var key = builder.AddParameter("cdn-key", new GenerateParameterDefault(), secret: true);

        Assert.Equal(await key.Resource.GetValueAsync(TestApp.Cancel), await key.Resource.GetValueAsync(TestApp.Cancel));
    }

    [Theory]
    [InlineData("Parameters:cdn-key=abc")]
    [InlineData("Parameters:cdn_key=abc")]
    public async Task Configured_Value_ComesBeforeTheGeneratedOne(string argument)
    {
        await using var builder = TestApp.Create(argument);
        var key = builder.AddParameter("cdn-key", new GenerateParameterDefault(), secret: true);

        Assert.Equal("abc", await key.Resource.GetValueAsync(TestApp.Cancel));
    }

    [Fact]
    public async Task Missing_Value_IsSaidAtStart()
    {
        await using var builder = TestApp.Create();
        builder.AddParameter("cdn-key", secret: true);

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(builder.StartAsync);

        Assert.Equal(
            "Parameter cdn-key has no value: set configuration key Parameters:cdn-key, for example by environment variable " +
            "Parameters__cdn_key.",
            error.Message);
    }

    [Fact]
    public async Task Secret_OfAFailingResource_IsInNoLine()
    {
        await using var builder = TestApp.Create("Parameters:cdn-key=do-not-tell");
        var key = builder.AddParameter("cdn-key", secret: true);
        builder.AddScript("origin", "exit 3").WithEnvironment("CDN_KEY", key).WithArgs(key);
        await using var app = await builder.StartAsync();

        var lines = await app.OutputAsync("origin");

        Assert.Contains(lines, l => l.Contains("exited with code 3", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("do-not-tell", StringComparison.Ordinal));
    }
}

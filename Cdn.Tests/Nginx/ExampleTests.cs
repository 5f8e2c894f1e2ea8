using Cdn.Tests.Infrastructure;
namespace Cdn.Tests.Nginx;

/// <summary><c>examples/nginx-in-front</c>, as it is.</summary>
[StartsProcesses]
public sealed class ExampleTests
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Example_TwoServices_AreAskedThroughNginx()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs nginx");
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.NginxInFront_AppHost>();
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        using var patience = new CancellationTokenSource(StartPatience);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("nginx", patience.Token);
        using var client = app.CreateHttpClient("nginx", "http");

        Assert.Contains("utc", await client.GetStringAsync("/api/time", patience.Token));
        Assert.Contains(
            $"You asked for http://localhost:{client.BaseAddress!.Port}/.", await client.GetStringAsync("/", patience.Token));
        var result = await app.ResourceCommands.ExecuteCommandAsync("nginx", "reload", patience.Token);
        Assert.True(result.Success, result.Message);
    }
}

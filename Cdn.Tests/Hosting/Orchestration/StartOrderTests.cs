using Cdn.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Tests.Hosting.Orchestration;

public sealed class StartOrderTests
{
    [Fact]
    public async Task WaitFor_ResourceThatIsNotHealthyYet_StartsOnlyAfterItIsReady()
    {
        var healthy = false;
        var events = new List<string>();
        await using var builder = TestApp.Create();
        builder.Services.AddHealthChecks().AddCheck("gate", () => healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("closed"));
        var origin = builder.AddSleeper("origin").WithHealthCheck("gate").OnResourceReady((r, _, _) =>
        {
            events.Add(r.Name);
            return Task.CompletedTask;
        });
        builder.AddSleeper("replica").WaitFor(origin).OnResourceReady((r, _, _) =>
        {
            events.Add(r.Name);
            return Task.CompletedTask;
        });
        await using var app = await builder.StartAsync();

        await app.WaitAsync("origin", s => s.HealthReports.Any(r => r.Description == "closed"));
        await app.ResourceNotifications.WaitForResourceAsync("replica", KnownResourceStates.Waiting, TestApp.Cancel);
        healthy = true;
        var ready = await app.ResourceNotifications.WaitForResourceHealthyAsync("replica", TestApp.Cancel);

        Assert.Equal(HealthStatus.Healthy, ready.Snapshot.HealthStatus);
        Assert.Equal(["origin", "replica"], events);
    }

    [Fact]
    public async Task WaitForCompletion_OfAJob_StartsAfterItsEnd()
    {
        await using var builder = TestApp.Create();
        var job = builder.AddScript("job", "exit 7");
        builder.AddSleeper("origin").WaitForCompletion(job, exitCode: 7);
        await using var app = await builder.StartAsync();

        await app.ResourceNotifications.WaitForResourceAsync("origin", cancellationToken: TestApp.Cancel);

        Assert.True(app.ResourceNotifications.TryGetCurrentState("job", out var ended));
        Assert.Equal(7, ended.Snapshot.ExitCode);
        Assert.Equal(KnownResourceStates.Exited, ended.Snapshot.State?.Text);
    }

    [Fact]
    public async Task WaitFor_ResourceThatFails_FailsWithIt()
    {
        await using var builder = TestApp.Create();
        var origin = builder.AddScript("origin", "exit 3");
        builder.Services.AddHealthChecks().AddCheck("never", () => HealthCheckResult.Unhealthy());
        origin.WithHealthCheck("never");
        builder.AddSleeper("replica").WaitFor(origin);
        await using var app = await builder.StartAsync();

        await app.ResourceNotifications.WaitForResourceAsync("replica", KnownResourceStates.FailedToStart, TestApp.Cancel);

        await Assert.ThrowsAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("replica", TestApp.Cancel));
    }

    [Fact]
    public async Task Start_Circle_IsSaid()
    {
        await using var builder = TestApp.Create();
        var a = builder.AddSleeper("a");
        var b = builder.AddSleeper("b").WaitFor(a);
        a.WaitFor(b);

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(builder.StartAsync);

        Assert.Equal("Resources wait for each other in a circle: a → b → a.", error.Message);
    }

    [Fact]
    public async Task Start_MissingProgram_IsSaidAndNothingIsStarted()
    {
        await using var builder = TestApp.Create();
        builder.AddSleeper("origin");
        builder.AddExecutable("edge", "no-such-nginx", "/");
        await using var app = await builder.BuildAsync(TestApp.Cancel);

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(TestApp.Cancel));

        Assert.Equal(
            "The program 'no-such-nginx' of edge was not found on PATH or in /usr/sbin: install it, or give its full path.", error.Message);
        Assert.True(app.ResourceNotifications.TryGetCurrentState("origin", out var origin));
        Assert.Null(origin.Snapshot.StartTimeStamp);
    }

    [Fact]
    public async Task Start_HandlerThatThrows_ThrowsIt()
    {
        await using var builder = TestApp.Create();
        builder.AddSleeper("edge").OnBeforeResourceStarted((_, _, _) => throw new DistributedApplicationException("No certificate."));

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(builder.StartAsync);

        Assert.Equal("No certificate.", error.Message);
    }

    [Fact]
    public async Task BeforeStarted_Handler_KnowsAllPortsAndMayChangeTheCommand()
    {
        await using var builder = TestApp.Create();
        var edge = builder.AddExecutable("edge", "no-such-nginx", "/").WithArgs("-c", "echo port $PORT");
        var origin = builder.AddSleeper("origin").WithHttpEndpoint();
        edge.OnBeforeResourceStarted((_, _, _) =>
        {
            edge.WithCommand("/bin/sh").WithEnvironment("PORT", $"{origin.GetEndpoint("http").Property(EndpointProperty.Port)}");
            return Task.CompletedTask;
        });
        await using var app = await builder.StartAsync();

        Assert.Contains($"port {origin.GetEndpoint("http").Port}", await app.OutputAsync("edge"));
    }
}

using Cdn.Hosting;
using Cdn.Tests.Hosting.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Tests.Hosting.Orchestration;

public sealed class SupervisionTests
{
    [Fact]
    public async Task Crash_OfAHealthyService_StartsItAgainOnTheSamePort()
    {
        await using var builder = TestApp.Create();
        builder.Services.AddHealthChecks().AddCheck("fine", () => HealthCheckResult.Healthy());
        var ready = 0;
        var origin = builder.AddScript("origin", "echo port $PORT; exec sleep 600")
            .WithHttpEndpoint(env: "PORT").WithHealthCheck("fine")
            .OnResourceReady((_, _, _) => Task.FromResult(Interlocked.Increment(ref ready)));
        await using var app = await builder.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("origin", TestApp.Cancel);

        for (var restart = 1; restart <= 4; restart++)
        {
            var pid = await app.PidAsync("origin");
            ProcessTable.Kill(pid, UnixSignals.Kill);
            await app.WaitAsync("origin", s => s.HealthStatus == HealthStatus.Healthy
                && s.Properties.Any(p => p.Name == KnownProperties.Restarts && p.Value is int n && n == restart));
            Assert.NotEqual(pid, await app.PidAsync("origin"));
        }

        await app.LineAsync("origin", l => l.StartsWith("exited with code 137; starting it again in 0.16 s (4th time)", StringComparison.Ordinal));
        Assert.Equal(1, ready);
        await app.LineAsync("origin", l => l == $"port {origin.GetEndpoint("http").Port}");
    }

    [Fact]
    public async Task Start_ResourceThatNeverStarts_FailsAndSaysWhy()
    {
        await using var builder = TestApp.Create();
        builder.AddScript("origin", "echo going; echo 'no such video directory' >&2; exit 3");
        await using var app = await builder.StartAsync();

        await app.ResourceNotifications.WaitForResourceAsync("origin", KnownResourceStates.FailedToStart, TestApp.Cancel);

        var orchestrator = app.Services.GetRequiredService<Orchestrator>();
        Assert.IsType<DistributedApplicationException>(orchestrator.Failure);
        Assert.Equal(
            "origin did not start: it ended 3 times in a row, with exit code 3; its last words: no such video directory", orchestrator.Failure.Message);
    }

    [Fact]
    public async Task Job_ThatEndsWithCode0_HasFinishedAndIsNotStartedAgain()
    {
        await using var builder = TestApp.Create();
        builder.AddScript("job", "exit 0");
        await using var app = await builder.StartAsync();

        await app.ResourceNotifications.WaitForResourceAsync("job", KnownResourceStates.Finished, TestApp.Cancel);
        await app.Services.GetRequiredService<Orchestrator>().AllReady.WaitAsync(TestApp.Cancel);
    }

    [Fact]
    public async Task Stop_OfAGroup_EndsGrandchildrenToo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        await using var builder = TestApp.Create();
        builder.AddScript("edge", "trap '' HUP; (trap '' TERM; sleep 600) & (sleep 600 & wait) & echo up; wait");
        await using var app = await builder.StartAsync();
        await app.LineAsync("edge", l => l == "up");
        var pid = await app.PidAsync("edge");
        int[] all = [pid, .. ProcessTable.Descendants(pid)];
        Assert.True(all.Length >= 3);

        await app.StopAsync(TestApp.Cancel);

        await ProcessTable.WaitForEndAsync(all);
    }

    [Fact]
    public async Task Stop_ProcessThatDoesNotListen_IsKilledAfterTheGrace()
    {
        await using var builder = TestApp.Create("Hosting:StopGrace=00:00:00.200");
        builder.AddScript("origin", "trap '' TERM; echo up; while :; do sleep 1; done");
        await using var app = await builder.StartAsync();
        await app.LineAsync("origin", l => l == "up");

        await app.StopAsync(TestApp.Cancel);

        Assert.Contains("did not stop within 0.2 s: killed", await app.OutputAsync("origin"));
        Assert.True(app.ResourceNotifications.TryGetCurrentState("origin", out var ended));
        Assert.Equal(137, ended.Snapshot.ExitCode);
    }

    [Fact]
    public async Task Stop_OfTheApplication_StopsWhatWaitsBeforeWhatIsWaitedFor()
    {
        var stopped = new List<string>();
        await using var builder = TestApp.Create();
        var origin = builder.AddSleeper("origin");
        var replica = builder.AddSleeper("replica").WaitFor(origin);
        var controller = builder.AddSleeper("controller").WaitFor(replica);
        foreach (var resource in new[] { origin, replica, controller })
        {
            resource.OnResourceStopped((r, _, _) =>
            {
                lock (stopped)
                {
                    stopped.Add(r.Name);
                }

                return Task.CompletedTask;
            });
        }

        await using var app = await builder.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("controller", TestApp.Cancel);

        await app.StopAsync(TestApp.Cancel);

        Assert.Equal(["controller", "replica", "origin"], stopped);
    }

    [Fact]
    public async Task Commands_StopStartRestart_DoWhatTheySay()
    {
        await using var builder = TestApp.Create();
        builder.AddSleeper("origin").WithExplicitStart()
            .WithCommand("purge", "Purge", _ => Task.FromResult(CommandResults.Success("purged")));
        await using var app = await builder.StartAsync();

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("origin", KnownResourceCommands.StartCommand, TestApp.Cancel)).Success);
        var first = await app.PidAsync("origin");
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("origin", KnownResourceCommands.RestartCommand, TestApp.Cancel)).Success);
        var second = await app.PidAsync("origin");
        Assert.NotEqual(first, second);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("origin", KnownResourceCommands.StopCommand, TestApp.Cancel)).Success);
        await app.ResourceNotifications.WaitForResourceAsync("origin", KnownResourceStates.Exited, TestApp.Cancel);
        Assert.Equal("purged", (await app.ResourceCommands.ExecuteCommandAsync("origin", "purge", TestApp.Cancel)).Message);
        Assert.False((await app.ResourceCommands.ExecuteCommandAsync("origin", "none", TestApp.Cancel)).Success);
    }

    [Fact]
    public async Task Output_OfAProcessThatNeverStopsTalking_KeepsTheLastThousandLines()
    {
        await using var builder = TestApp.Create();
        builder.AddScript("origin", "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); echo line $i; done");
        await using var app = await builder.StartAsync();

        var lines = await app.OutputAsync("origin");

        Assert.InRange(lines.Count, 900, 1_000);
        Assert.Contains("line 50000", lines);
    }
}

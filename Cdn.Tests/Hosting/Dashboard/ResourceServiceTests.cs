using Cdn.Hosting;
using Cdn.Hosting.Protocol;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Tests.Hosting.Dashboard;

public sealed class ResourceServiceTests
{
    [Fact]
    public async Task Resource_ThatRuns_IsToldWithWhatBelongsToIt()
    {
        await using var builder = TestApp.Create();
        var origin = builder.AddSleeper("origin").WithIconName("Database");
        builder.AddSleeper("replica").WithHttpEndpoint().WaitForStart(origin)
            .WithEnvironment("PLAIN", "shown");
        await using var app = await builder.StartAsync();
        await using var client = await DashboardClient.ConnectAsync(app);

        var replica = await client.WaitAsync("replica", IsRunning);

        Assert.Equal("Executable", replica.ResourceType);
        Assert.StartsWith("http://localhost:", Assert.Single(replica.Urls).FullUrl, StringComparison.Ordinal);
        Assert.Equal(("origin", "WaitFor"), replica.Relationships.Select(r => (r.ResourceName, r.Type)).Single());
        Assert.Contains(replica.Properties, p => p.Name == KnownProperties.ExecutablePid && p.Value.StringValue.Length > 0);
        Assert.Equal("shown", replica.Environment.Single(v => v.Name == "PLAIN").Value);
        Assert.Equal("Database", (await client.WaitAsync("origin", IsRunning)).IconName);
    }

    [Fact]
    public async Task Secret_OfAnyKind_DoesNotLeaveTheEngine()
    {
        await using var builder = TestApp.Create();
        var key = builder.AddParameter("cdn-key", "s3cret", secret: true);
        builder.AddSleeper("replica").WithEnvironment("KEY", key).WithEnvironment("MADE", $"Bearer {key}");
        await using var app = await builder.StartAsync();
        await using var client = await DashboardClient.ConnectAsync(app);

        var replica = await client.WaitAsync("replica", IsRunning);
        var parameter = await client.WaitAsync("cdn-key", IsRunning);

        Assert.Equal(["KEY", "MADE"], replica.Environment.Where(v => v.Value == Secret.Mask).Select(v => v.Name));
        Assert.True(parameter.Properties.Single(p => p.Name == KnownProperties.ParameterValue).IsSensitive);
        Assert.DoesNotContain("s3cret", replica.ToString() + parameter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lifecycle_ByCommand_IsSeenAsItChanges()
    {
        await using var builder = TestApp.Create();
        builder.AddSleeper("origin");
        await using var app = await builder.StartAsync();
        await using var client = await DashboardClient.ConnectAsync(app);
        var first = Pid(await client.WaitAsync("origin", IsRunning));

        await SucceedsAsync(client, KnownResourceCommands.RestartCommand);
        var second = Pid(await client.WaitAsync("origin", r => IsRunning(r) && Pid(r) != first));
        await SucceedsAsync(client, KnownResourceCommands.StopCommand);
        var stopped = await client.WaitAsync("origin", r => r.State == KnownResourceStates.Exited);
        await SucceedsAsync(client, KnownResourceCommands.StartCommand);
        var third = Pid(await client.WaitAsync("origin", r => IsRunning(r) && Pid(r) != second));

        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.Equal(ResourceCommandState.Enabled, State(stopped, KnownResourceCommands.StartCommand));
        Assert.Equal(ResourceCommandState.Hidden, State(stopped, KnownResourceCommands.StopCommand));
        Assert.Equal(ResourceCommandState.Disabled, State(stopped, KnownResourceCommands.RestartCommand));
    }

    [Fact]
    public async Task Command_OfTheAppHost_IsOfferedAndExecuted()
    {
        await using var builder = TestApp.Create();
        builder.AddSleeper("replica")
            .WithCommand(
                "purge", "Purge", context => Task.FromResult(CommandResults.Success($"{context.ResourceName} is empty")),
                new CommandOptions { ConfirmationMessage = "Sure?" })
            .WithCommand("fail", "Fail", _ => throw new InvalidOperationException("no disk"));
        await using var app = await builder.StartAsync();
        await using var client = await DashboardClient.ConnectAsync(app);
        var replica = await client.WaitAsync("replica", IsRunning);

        var purged = await client.ExecuteAsync(replica.Name, "purge");
        var failed = await client.ExecuteAsync(replica.Name, "fail");
        var unknown = await client.ExecuteAsync(replica.Name, "unknown");

        Assert.Equal("Sure?", replica.Commands.Single(c => c.Name == "purge").ConfirmationMessage);
        Assert.Equal((ResourceCommandResponseKind.Succeeded, "replica is empty"), (purged.Kind, purged.Message));
        Assert.Equal((ResourceCommandResponseKind.Failed, "no disk"), (failed.Kind, failed.Message));
        Assert.Equal(ResourceCommandResponseKind.Failed, unknown.Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConsoleLog_OfAResource_IsStreamed(bool suppressFollow)
    {
        await using var builder = TestApp.Create();
        builder.AddScript("origin", "echo one; echo two >&2; exec sleep 600");
        await using var app = await builder.StartAsync();
        await app.LineAsync("origin", line => line == "one");
        await app.LineAsync("origin", line => line == "two");
        await using var client = await DashboardClient.ConnectAsync(app);
        var request = new WatchResourceConsoleLogsRequest { ResourceName = "origin", SuppressFollow = suppressFollow };

        using var call = client.Service.WatchResourceConsoleLogs(request, client.Options);
        var lines = new List<ConsoleLogLine>();
        while (!(lines.Any(l => l.Text == "one") && lines.Any(l => l.Text == "two")) && await call.ResponseStream.MoveNext(TestApp.Cancel))
        {
            lines.AddRange(call.ResponseStream.Current.LogLines);
        }

        Assert.False(lines.Single(l => l.Text == "one").IsStdErr);
        Assert.True(lines.Single(l => l.Text == "two").IsStdErr);
        Assert.Equal(Enumerable.Range(1, lines.Count), lines.Select(l => l.LineNumber));
        if (suppressFollow)
        {
            Assert.False(await call.ResponseStream.MoveNext(TestApp.Cancel));
        }
    }

    [Fact]
    public async Task Project_IsCalledAsItsTelemetryIs()
    {
        await using var builder = TestApp.Create();
        var origin = builder.AddProject<Projects.Cdn_Origin>("origin").WithHttpEndpoint().WithExplicitStart();
        await using var app = await builder.StartAsync();
        await using var client = await DashboardClient.ConnectAsync(app);
        var variables = new Dictionary<string, object>();
        app.Services.GetRequiredService<OtlpEnvironment>().Add(origin.Resource, variables);

        var message = await client.WaitAsync("origin", _ => true);

        Assert.Equal($"service.instance.id={message.Name["origin-".Length..]}", variables["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal(ResourceCommandResponseKind.Succeeded, (await client.ExecuteAsync(message.Name, "stop")).Kind);
    }

    [Fact]
    public async Task Interactions_AreWatchedWithoutEnd()
    {
        await using var builder = TestApp.Create();
        await using var app = await builder.StartAsync();
        await using var client = await DashboardClient.ConnectAsync(app);

        using var call = client.Service.WatchInteractions(client.Options);
        await call.ResponseHeadersAsync;

        Assert.Throws<InvalidOperationException>(() => call.GetStatus()); // there is none while the call goes on
    }

    [Fact]
    public async Task Caller_WithoutTheKey_IsRefused()
    {
        await using var builder = TestApp.Create();
        await using var app = await builder.StartAsync();
        await using var client = await DashboardClient.ConnectAsync(app, key: "wrong");

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await client.Service.GetApplicationInformationAsync(new ApplicationInformationRequest(), client.Options));

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
    }

    [Fact]
    public async Task Server_WithoutADashboard_IsNotStarted()
    {
        await using var builder = TestApp.Create();
        builder.AddSleeper("origin");
        await using var app = await builder.StartAsync();

        Assert.Null(app.Services.GetRequiredService<ResourceServer>().Url);
    }

    private static bool IsRunning(Cdn.Hosting.Protocol.Resource resource) => resource.State == KnownResourceStates.Running;

    private static string Pid(Cdn.Hosting.Protocol.Resource resource) =>
        resource.Properties.Single(p => p.Name == KnownProperties.ExecutablePid).Value.StringValue;

    private static ResourceCommandState State(Cdn.Hosting.Protocol.Resource resource, string command) =>
        resource.Commands.Single(c => c.Name == command).State;

    private static async Task SucceedsAsync(DashboardClient client, string command) =>
        Assert.Equal(ResourceCommandResponseKind.Succeeded, (await client.ExecuteAsync("origin", command)).Kind);
}

using Cdn.Hosting;
using Cdn.Hosting.Testing;

namespace Cdn.Tests.Hosting;

/// <summary>Applications of shell scripts, with short delays.</summary>
internal static class TestApp
{
    private static readonly string[] Quick = ["Hosting:RestartDelay=00:00:00.020", "Hosting:ProvenAfter=00:05:00"];

    /// <summary>Ends with the test, and after a minute: no wait for something that will not come is longer.</summary>
    public static CancellationToken Cancel
    {
        get
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromMinutes(1));
            return limit.Token;
        }
    }

    public static IDistributedApplicationTestingBuilder Create(params string[] args) =>
        DistributedApplicationTestingBuilder.Create([.. Quick, .. args]);

    public static IResourceBuilder<ExecutableResource> AddScript(
        this IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddExecutable(name, "/bin/sh", "/", "-c", script);

    /// <summary>A script that stays until it is told to end.</summary>
    public static IResourceBuilder<ExecutableResource> AddSleeper(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddScript(name, "exec sleep 600");

    public static async Task<DistributedApplication> StartAsync(this IDistributedApplicationTestingBuilder builder)
    {
        var app = await builder.BuildAsync(Cancel);
        await app.StartAsync(Cancel);
        return app;
    }

    public static Task<ResourceEvent> WaitAsync(this DistributedApplication app, string name, Func<CustomResourceSnapshot, bool> predicate) =>
        app.ResourceNotifications.WaitForResourceAsync(name, e => predicate(e.Snapshot), Cancel);

    public static async Task<int> PidAsync(this DistributedApplication app, string name)
    {
        var running = await app.WaitAsync(name, s => s.State?.Text == KnownResourceStates.Running);
        return (int)running.Snapshot.Properties.Single(p => p.Name == KnownProperties.ExecutablePid).Value!;
    }

    /// <summary>The first line of a resource that is as asked.</summary>
    public static async Task<string> LineAsync(this DistributedApplication app, string name, Func<string, bool> predicate)
    {
        var loggers = (ResourceLoggerService)app.Services.GetService(typeof(ResourceLoggerService))!;
        await foreach (var lines in loggers.WatchAsync(name).WithCancellation(Cancel))
        {
            if (lines.Select(l => l.Content).FirstOrDefault(predicate) is { } found)
            {
                return found;
            }
        }

        throw new InvalidOperationException("The log has ended.");
    }

    /// <summary>All lines of a resource, once it has finished.</summary>
    public static async Task<List<string>> OutputAsync(this DistributedApplication app, string name)
    {
        await app.ResourceNotifications.WaitForResourceAsync(name, KnownResourceStates.TerminalStates, Cancel);
        var loggers = (ResourceLoggerService)app.Services.GetService(typeof(ResourceLoggerService))!;
        var all = new List<string>();
        await foreach (var lines in loggers.GetAllAsync(name).WithCancellation(Cancel))
        {
            all.AddRange(lines.Select(l => l.Content));
        }

        return all;
    }
}

using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>Starts the dashboard before everything else, and goes on without it if it does not come up.</summary>
internal sealed partial class Dashboard(ResourceServer server, OtlpEnvironment otlp, ILogger<Dashboard> logger)
{
    /// <summary>It is up in one second; the first run of a new CLI unpacks itself, which takes several.</summary>
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);

    /// <summary>Where to see it; null when there is none.</summary>
    public string? Url { get; private set; }

    public async Task StartAsync(IReadOnlyDictionary<IResource, ResourceRunner> runners, CancellationToken cancellationToken)
    {
        if (runners.Keys.OfType<DashboardResource>().FirstOrDefault() is not { } dashboard)
        {
            return;
        }

        await server.StartAsync(cancellationToken).ConfigureAwait(false);
        var runner = runners[dashboard];
        runner.Start();
        try
        {
            await runner.Settled.WaitAsync(StartTime, cancellationToken).ConfigureAwait(false);
            Url = dashboard.Frontend.Url;
            otlp.DashboardEndpoint = dashboard.OtlpGrpc.Url;
        }
        catch (Exception e) when (e is TimeoutException or DistributedApplicationException)
        {
            NotUp(logger, e is TimeoutException ? $"it did not answer within {StartTime.TotalSeconds:0} s" : e.Message);
            await runner.StopAsync(cancellationToken).ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "going on without the dashboard: {Reason}")]
    private static partial void NotUp(ILogger logger, string reason);
}

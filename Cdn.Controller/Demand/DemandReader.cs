using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;

namespace Cdn.Controller.Demand;

/// <summary>
/// Reads what the replicas were asked for lately, some times in each of their periods. One that cannot be asked counts with what
/// it reported last.
/// </summary>
internal sealed partial class DemandReader(
    ReplicaDirectory replicas, IHttpClientFactory clients, ClusterState cluster, TimeProvider time, ILogger<DemandReader> logger) : BackgroundService
{
    public const string ClientName = "demand";

    /// <summary>Time that a replica has to answer: 2 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Readings in a period: 6, but not more than two a second.</summary>
    private const double PerPeriod = 6;
    private const double ShortestSeconds = 0.5;

    private readonly Dictionary<string, DemandReport> _reports = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var answers = await Task.WhenAll(replicas.Names.Select(name => AskAsync(name, stoppingToken)));
            foreach (var (name, report) in replicas.Names.Zip(answers))
            {
                if (report is { PeriodSeconds: > 0 })
                {
                    _reports[name] = report;
                }
            }

            var view = DemandView.Of(_reports.Values, time.GetUtcNow());
            if (!IsSame(view, cluster.Current.Demand))
            {
                cluster.SetDemand(view);
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Max(view.PeriodSeconds / PerPeriod, ShortestSeconds)), time, stoppingToken);
        }
    }

    private static bool IsSame(DemandView one, DemandView other) =>
        one.PeriodSeconds == other.PeriodSeconds
        && one.Periods.Select(period => (period.Number, period.Requests)).SequenceEqual(other.Periods.Select(period => (period.Number, period.Requests)));

    private async Task<DemandReport?> AskAsync(string replica, CancellationToken cancellationToken)
    {
        if (cluster.Current.Replicas[cluster.Current.IndexOf(replica)].State == ReplicaState.Down)
        {
            return null;
        }

        try
        {
            return await clients.CreateClient(ClientName).GetFromJsonAsync(
                ReplicaDirectory.AddressOf(replica, Routes.Demand), WireJson.Default.DemandReport, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a replica may answer, it is no reason for the controller to end.
            LogFailed(logger, e, replica);
            return null;
        }
    }

    [LoggerMessage(EventId = 565, Level = LogLevel.Debug, Message = "{Replica} does not say what it was asked for")]
    private static partial void LogFailed(ILogger logger, Exception why, string replica);
}

/// <summary>Registers the reading of demand.</summary>
internal static class DemandExtensions
{
    public static void AddDemand(this IServiceCollection services)
    {
        services.AddProbeClient(DemandReader.ClientName).ConfigureHttpClient(client => client.Timeout = DemandReader.Patience);
        services.AddHostedService<DemandReader>();
    }
}

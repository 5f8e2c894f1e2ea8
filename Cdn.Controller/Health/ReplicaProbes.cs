using System.Collections.Frozen;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Health;

/// <summary>Probes all replicas, each in a loop of its own, so that a silent one holds up nobody.</summary>
internal sealed partial class ReplicaProbes : BackgroundService
{
    private readonly ClusterState _cluster;
    private readonly ILogger<ReplicaProbes> _logger;
    private readonly FrozenDictionary<string, ReplicaProber> _probers;

    public ReplicaProbes(
        ReplicaDirectory replicas,
        IHttpClientFactory clients,
        ClusterState cluster,
        IOptions<ControllerOptions> options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _cluster = cluster;
        _logger = loggers.CreateLogger<ReplicaProbes>();
        var every = TimeSpan.FromSeconds(options.Value.ProbeSeconds);
        _probers = replicas.Names.ToFrozenDictionary(
            name => name,
            name => new ReplicaProber(name, clients, cluster, every, time, loggers.CreateLogger<ReplicaProber>()));
    }

    /// <summary>Asks a replica for its inventory now.</summary>
    public void ProbeSoon(string replica) => _probers[replica].ProbeSoon();

    /// <summary>
    /// Step R6: nginx says that a replica failed a request for a video that it was proven to hold. It gets no clients until it
    /// has answered a probe, unless there is nobody else.
    /// </summary>
    public void ReportFailure(string replica, VideoName video)
    {
        _cluster.SetReplica(replica, before =>
        {
            if (before.State != ReplicaState.Up)
            {
                return before;
            }

            LogReported(_logger, replica, video);
            return before with { State = ReplicaState.Suspect, Failure = "nginx reported a failed request" };
        });
        ProbeSoon(replica);
    }

    /// <summary>
    /// Asks every replica once before the controller listens. Until then nginx serves from any replica; a controller that
    /// knew of none yet would send its clients away instead.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_probers.Values.Select(prober => prober.ProbeAsync(cancellationToken)));
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        foreach (var prober in _probers.Values)
        {
            prober.Dispose();
        }

        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_probers.Values.Select(prober => prober.RunAsync(stoppingToken)));

    [LoggerMessage(EventId = 512, Level = LogLevel.Warning, Message = "nginx reports that {Replica} failed a request for {Video}")]
    private static partial void LogReported(ILogger logger, string replica, VideoName video);
}

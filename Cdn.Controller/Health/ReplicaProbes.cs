using System.Collections.Frozen;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Health;

/// <summary>Probes all replicas, each in a loop of its own, so that a silent one holds up nobody.</summary>
internal sealed class ReplicaProbes : BackgroundService
{
    private readonly FrozenDictionary<string, ReplicaProber> _probers;

    public ReplicaProbes(
        ReplicaDirectory replicas,
        IHttpClientFactory clients,
        ClusterState cluster,
        IOptions<ControllerOptions> options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var every = TimeSpan.FromSeconds(options.Value.ProbeSeconds);
        _probers = replicas.Names.ToFrozenDictionary(
            name => name,
            name => new ReplicaProber(name, clients, cluster, every, time, loggers.CreateLogger<ReplicaProber>()));
    }

    /// <summary>Asks a replica for its inventory now.</summary>
    public void ProbeSoon(string replica) => _probers[replica].ProbeSoon();

    /// <summary>Step R6: a replica failed a request for a video that it was proven to hold.</summary>
    public void ReportFailure(string replica, VideoName video) => _probers[replica].ReportFailure(video);

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
}

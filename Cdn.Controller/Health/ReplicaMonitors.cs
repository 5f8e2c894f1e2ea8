using System.Collections.Frozen;
using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Inventories;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Health;

/// <summary>Watches all replicas, each in loops of its own, so that a silent one holds up nobody.</summary>
internal sealed class ReplicaMonitors : BackgroundService
{
    /// <summary>
    /// Time that the replicas have at the start until it is known what they hold: 15 s. Eight with a million videos each take
    /// less.
    /// </summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);

    private readonly TimeProvider _time;
    private readonly FailureDetector _detector;
    private readonly ImmutableArray<InventoryReader> _readers;
    private readonly FrozenDictionary<string, ReplicaMonitor> _monitors;

    public ReplicaMonitors(
        ReplicaDirectory replicas,
        HeartbeatClient heartbeats,
        InventoryClient inventories,
        ClusterState cluster,
        IOptions<ControllerOptions> options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var every = TimeSpan.FromSeconds(options.Value.ProbeSeconds);
        _time = time;
        _detector = new FailureDetector(replicas.Names.Length);
        _readers = [.. replicas.Names.Select((name, i) =>
            new InventoryReader(i, name, inventories, cluster, time, loggers.CreateLogger<InventoryReader>()))];
        _monitors = replicas.Names.Select((name, i) => KeyValuePair.Create(name, new ReplicaMonitor(
            i, name, heartbeats, _readers[i], _detector, cluster, every, time, loggers.CreateLogger<ReplicaMonitor>()))).ToFrozenDictionary();
    }

    /// <summary>Asks a replica for a sign of life now.</summary>
    public void AskSoon(string replica) => _monitors[replica].AskSoon();

    /// <summary>Step R6: a replica failed a request for a video that it was proven to hold.</summary>
    public void ReportFailure(string replica, VideoName video) => _monitors[replica].ReportFailure(video);

    /// <summary>
    /// Waits until it is known of every replica what it holds, or that it is away, before the controller listens. Until then
    /// nginx serves from any replica; a controller that knew of none yet would send its clients away instead.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        try
        {
            await Task.WhenAll(_monitors.Values.Select(monitor => monitor.Settled)).WaitAsync(StartPatience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What is known by now is better than no controller.
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
    [
        LookAsync(stoppingToken),
        .. _readers.Select(reader => reader.RunAsync(stoppingToken)),
        .. _monitors.Values.Select(monitor => monitor.RunAsync(stoppingToken)),
    ]);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(FailureDetector.LookEvery, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            _detector.Look(_time.Now());
        }
    }
}

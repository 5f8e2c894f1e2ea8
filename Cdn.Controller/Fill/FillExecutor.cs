using System.Collections.Immutable;
using System.Threading.Channels;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Fill;

/// <summary>Carries out what the <see cref="FillPlanner"/> says, and tells it what came of it. One loop owns all state.</summary>
internal sealed partial class FillExecutor(
    ReplicaDirectory replicas,
    ClusterState cluster,
    FillClient client,
    IOptions<ControllerOptions> options,
    TimeProvider time,
    ILogger<FillExecutor> logger) : BackgroundService
{
    private readonly FillState _state = new(replicas.Names.Length, FillLimits.Of(options.Value));
    private readonly FillLog _log = new(replicas.Names.Length, logger);
    private readonly Channel<FillResult> _results = Channel.CreateUnbounded<FillResult>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<long, CancellationTokenSource> _running = [];
    private readonly Signal _changed = new();
    private volatile bool _isToReplan;

    /// <summary>Has everything that failed tried again now.</summary>
    public void Replan()
    {
        _isToReplan = true;
        _changed.Set();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        cluster.Changed += _changed.Set;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var step = Turn(stoppingToken);
                await _changed.WaitAsync(step.LookAgainAt - time.Now(), time, stoppingToken);
            }
        }
        finally
        {
            cluster.Changed -= _changed.Set;
        }
    }

    private FillStep Turn(CancellationToken cancellationToken)
    {
        while (_results.Reader.TryRead(out var result))
        {
            _log.Say(_state, result);
            FillPlanner.Take(_state, result, time.Now());
            if (_running.Remove(result.Id, out var giveUp))
            {
                giveUp.Dispose();
            }
        }

        if (_isToReplan)
        {
            _isToReplan = false;
            _state.Replan();
        }

        var snapshot = cluster.Current;
        var step = FillPlanner.Next(_state, snapshot, time.Now());
        foreach (var action in step.Actions)
        {
            Carry(action, cancellationToken);
        }

        _log.Say(snapshot);
        cluster.SetTroubles(FillPlanner.Troubles(_state));
        return step;
    }

    private void Carry(FillAction action, CancellationToken cancellationToken)
    {
        if (action is FillAction.GiveUp)
        {
            _running.GetValueOrDefault(action.Id)?.Cancel();
            return;
        }

        var giveUp = _running[action.Id] = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = CarryAsync(action, giveUp.Token);
    }

    private async Task CarryAsync(FillAction action, CancellationToken giveUp)
    {
        await Task.Yield();
        ImmutableArray<VideoReceipt> receipts;
        try
        {
            receipts = action switch
            {
                FillAction.Push push => await client.PushAsync(NameOf(push.Source), NameOf(push.Target), push.Videos, giveUp),
                FillAction.Drop drop => await client.DropAsync(NameOf(drop.Target), drop.Videos, giveUp),
                _ => [],
            };
        }
        catch (Exception e)
        {
            // Whatever somebody may answer, it is no reason for the controller to end.
            var receipt = e is OperationCanceledException && giveUp.IsCancellationRequested
                ? new VideoReceipt(default, FillOutcome.GivenUp, "It was given up, as one of the two is down or silent.")
                : new VideoReceipt(default, 502, e.GetBaseException().Message);
            receipts = action switch
            {
                FillAction.Push push => [.. push.Videos.Select(video => receipt with { Video = video.Name })],
                FillAction.Drop drop => [.. drop.Videos.Select(video => receipt with { Video = video.Name })],
                _ => [],
            };
        }

        _results.Writer.TryWrite(new FillResult(action.Id, receipts));
        _changed.Set();
    }

    private string NameOf(int replica) => replica == PushRoute.Origin ? PushRoute.OriginName : replicas.Names[replica];
}

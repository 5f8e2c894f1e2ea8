using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Discovery;

namespace Cdn.Controller.Health;

/// <summary>
/// Step F3 and the health of one replica, in one question: what do you hold? An unchanged inventory is a 304 and costs next
/// to nothing, so it is asked several times a second. A refused connection takes the replica out at once, silence after two
/// probes; it comes back with a whole inventory, never with what it held before.
/// </summary>
internal sealed partial class ReplicaProber(
    string name, IHttpClientFactory clients, ClusterState cluster, TimeSpan every, TimeProvider time, ILogger<ReplicaProber> logger)
    : IDisposable
{
    public const string ClientName = "probe";

    /// <summary>Silent probes in a row after which a replica is down: 2. One may be a pause of either side.</summary>
    private const int SilentProbes = 2;

    /// <summary>Tells controllers apart, for a replica that waits until all of them know that it is about to stop.</summary>
    private static readonly string Instance = Guid.NewGuid().ToString("N");

    private readonly Signal _now = new();
    private readonly Readmission _readmission = new(time);
    private string? _etag;
    private int _silent;

    /// <summary>Asks for a probe now instead of at the next turn.</summary>
    public void ProbeSoon() => _now.Set();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await _now.WaitAsync(every * (0.8 + (0.4 * Random.Shared.NextDouble())), cancellationToken);
            await ProbeAsync(cancellationToken);
        }
    }

    public void Dispose() => _now.Dispose();

    /// <summary>
    /// Step R6: nginx says that the replica failed a request for a video that it was proven to hold. It gets no clients until it
    /// has answered a probe, unless there is nobody else.
    /// </summary>
    public void ReportFailure(VideoName video)
    {
        cluster.SetReplica(name, before =>
        {
            if (before.State != ReplicaState.Up)
            {
                return before;
            }

            LogReported(logger, name, video);
            CountOutage(before);
            return before with { State = ReplicaState.Suspect, Failure = "nginx reported a failed request" };
        });
        ProbeSoon();
    }

    /// <summary>Asks once, and tells the cluster what came of it.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var askedAt = time.GetTimestamp();
        try
        {
            var (inventory, isDraining, load) = await AskAsync(cancellationToken);
            _silent = 0;
            cluster.SetReplica(name, before =>
            {
                var heldBack = _readmission.Answered(askedAt);
                if (before.State == ReplicaState.Down)
                {
                    LogUp(logger, name, inventory?.Videos.Length ?? before.Reported.Count);
                }

                if (heldBack is not null && heldBack != before.Failure)
                {
                    LogHeldBack(logger, name, heldBack);
                }

                return (inventory is null ? before : Report(before, inventory)) with
                {
                    State = heldBack is null ? ReplicaState.Up : ReplicaState.Suspect,
                    IsDraining = isDraining,
                    Load = load,
                    Lost = FrozenDictionary<VideoName, HeldVideo>.Empty,
                    AskedAt = askedAt,
                    Failure = heldBack,
                };
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(++_silent >= SilentProbes ? ReplicaState.Down : ReplicaState.Suspect, "it does not answer in time");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a replica may answer, it is no reason for the controller to end.
            Fail(ReplicaState.Down, e.GetBaseException().Message);
        }
    }

    private static ReplicaView Report(ReplicaView before, Inventory inventory) => before with
    {
        Reported = inventory.Videos.ToFrozenDictionary(video => video.Name),
        Mark = inventory.Purged,
        Capacity = inventory.Capacity,
    };

    /// <summary>The inventory, null if it is unchanged, and whether the replica wants no more clients.</summary>
    private async Task<(Inventory? Inventory, bool IsDraining, int Load)> AskAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ReplicaDirectory.AddressOf(name, Routes.Inventory));
        request.Headers.Add(CdnHeaders.Controller, Instance);
        if (_etag is not null)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(_etag));
        }

        using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
        var isDraining = response.Headers.Contains(CdnHeaders.Draining);
        var load = response.Headers.TryGetValues(CdnHeaders.Load, out var values)
            && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return (null, isDraining, load);
        }

        response.EnsureSuccessStatusCode();
        var inventory = await response.Content.ReadFromJsonAsync(WireJson.Default.Inventory, cancellationToken)
            ?? throw new JsonException("The inventory is null.");
        _etag = response.Headers.ETag?.ToString();
        return (inventory, isDraining, load);
    }

    private void Fail(ReplicaState state, string reason) => cluster.SetReplica(name, before =>
    {
        if (state == ReplicaState.Suspect)
        {
            // Silent once. It stays where it is, unless it was down.
            return before.State == ReplicaState.Down ? before : before with { State = ReplicaState.Suspect, Failure = reason };
        }

        _etag = null;
        if (before.State == ReplicaState.Down)
        {
            return before with { Failure = reason };
        }

        LogDown(logger, name, reason);
        CountOutage(before);
        return ReplicaView.Unknown(name) with { Failure = reason, Lost = before.Reported, Capacity = before.Capacity };
    });

    /// <summary>One that has said that it would go is no trouble. Called where the replica's view changes, so by one thread at a time.</summary>
    private void CountOutage(ReplicaView before)
    {
        if (!before.IsDraining)
        {
            _readmission.Failed();
        }
    }

    [LoggerMessage(EventId = 510, Level = LogLevel.Information, Message = "{Replica} is up with {Count} videos")]
    private static partial void LogUp(ILogger logger, string replica, int count);

    [LoggerMessage(EventId = 511, Level = LogLevel.Warning, Message = "{Replica} is down: {Reason}")]
    private static partial void LogDown(ILogger logger, string replica, string reason);

    [LoggerMessage(EventId = 512, Level = LogLevel.Warning, Message = "nginx reports that {Replica} failed a request for {Video}")]
    private static partial void LogReported(ILogger logger, string replica, VideoName video);

    [LoggerMessage(EventId = 513, Level = LogLevel.Warning, Message = "{Replica} gets no clients yet: {Reason}")]
    private static partial void LogHeldBack(ILogger logger, string replica, string reason);
}

using System.Text.Json;
using Cdn.Contracts;
using Cdn.Replica.Demand;
using Cdn.Replica.Store;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Delivery;

/// <summary>
/// Follows the log in which nginx tells what it served from this store itself (step R4): for the metrics, and for SIEVE and the
/// controllers to know what is asked for. nginx writes it in blocks, so it comes up to a second late; it is cut to nothing when it has grown. What is
/// lost in between makes the figures less exact, and nothing else.
/// </summary>
internal sealed partial class ServedLog(
    VideoStore store, DeliveryMetrics metrics, RecentDemand demand, IOptions<ReplicaOptions> options, TimeProvider time, ILogger<ServedLog> logger)
    : BackgroundService
{
    private const string NamesPrefix = "/names/";

    private readonly LogTail? _log = options.Value.ServedLog is { Length: > 0 } path ? new LogTail(path) : null;

    /// <summary>The video that nginx served from a path in the store.</summary>
    public static bool TryName(string? path, out VideoName name)
    {
        name = default;
        return path?.StartsWith(NamesPrefix, StringComparison.Ordinal) == true && VideoName.TryParse(path[NamesPrefix.Length..], out name, out _);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _log?.FollowAsync(TakeIn, reason => LogFailed(logger, _log.Path, reason), time, stoppingToken) ?? Task.CompletedTask;

    /// <summary>
    /// Takes in a line, <c>[status,bytes,"/names/video"]</c>; or the second one of a request that is part of a client's trace, which begins with a
    /// text (see <see cref="DeliverySpan.Replay"/>).
    /// </summary>
    private void TakeIn(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || !json.Read())
            {
                return;
            }

            if (json.TokenType == JsonTokenType.String)
            {
                DeliverySpan.Replay(ref json);
            }
            else if (json.TryGetInt32(out var status)
                && json.Read() && json.TryGetInt64(out var bytes)
                && json.Read() && json.GetString() is { } path)
            {
                metrics.ServedByNginx(status, bytes);
                if (TryName(path, out var name))
                {
                    store.Visit(name);
                    demand.Add(name);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a line, as after a cut.
        }
    }

    [LoggerMessage(EventId = 330, Level = LogLevel.Warning, Message = "What nginx served cannot be read from {Path}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string path, string reason);
}

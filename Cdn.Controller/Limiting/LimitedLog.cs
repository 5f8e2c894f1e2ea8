using System.Text;
using Cdn.ServiceDefaults.Limiting;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Limiting;

/// <summary>
/// Follows the log in which nginx says who met a limit, so that it is in the metrics: a word a line, the kind of the limit
/// (<c>nginx/limits.conf</c>). Of several controllers one does it.
/// </summary>
internal sealed partial class LimitedLog(
    LimitMetrics metrics, IOptions<ControllerOptions> options, TimeProvider time, ILogger<LimitedLog> logger) : BackgroundService
{
    /// <summary>What nginx calls its limits. Anything else is half a line, as after a cut.</summary>
    private static readonly string[] Kinds = ["requests", "connections", "overload"];

    private readonly LogTail? _log = options.Value.LimitedLog is { Length: > 0 } path ? new LogTail(path) : null;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _log?.FollowAsync(TakeIn, reason => LogFailed(logger, _log.Path, reason), time, stoppingToken) ?? Task.CompletedTask;

    private void TakeIn(ReadOnlySpan<byte> line)
    {
        foreach (var kind in Kinds)
        {
            if (Ascii.Equals(line, kind))
            {
                metrics.Refused(kind);
            }
        }
    }

    [LoggerMessage(
        EventId = 596, Level = LogLevel.Warning, Message = "Who met a limit at nginx cannot be read from {Path}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string path, string reason);
}

using Aspire.Hosting.Nginx.Programs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Nginx.Running;

/// <summary>
/// Keeps an <c>access.log</c> in the run directory from filling the disk: at 64 MiB it becomes <c>access.log.1</c>, and nginx
/// begins a new one.
/// </summary>
internal sealed partial class NginxLogRotation(
    NginxResource nginx, NginxControl control, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Size from which the log is put aside: 64 MiB.</summary>
    internal const long MaxLength = 64 * 1024 * 1024;

    /// <summary>Time between two looks: 10 s.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RotateAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(logger, nginx.Name, e.Message);
            }
        }
    }

    internal async Task RotateAsync(CancellationToken cancellationToken)
    {
        var log = new FileInfo(Path.Combine(nginx.RunDirectory ?? "", "access.log"));
        if (nginx.RunDirectory is null || !log.Exists || log.Length < MaxLength)
        {
            return;
        }

        log.MoveTo(log.FullName + ".1", overwrite: true);
        var result = await control.ReopenLogsAsync(cancellationToken);
        if (!result.Succeeded)
        {
            LogFailed(logger, nginx.Name, result.Said.Trim());
        }
    }

    [LoggerMessage(EventId = 710, Level = LogLevel.Warning, Message = "The access log of {Nginx} cannot be rotated: {Reason}")]
    private static partial void LogFailed(ILogger logger, string nginx, string reason);
}

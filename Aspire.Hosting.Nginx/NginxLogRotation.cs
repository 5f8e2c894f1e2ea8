using System.ComponentModel;
using System.Diagnostics;
using Aspire.Hosting.Nginx.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Nginx;

/// <summary>Keeps nginx's <c>access.log</c> from filling the disk: at 64 MiB it becomes <c>access.log.1</c>, and nginx begins a new one.</summary>
internal sealed partial class NginxLogRotation(NginxResource nginx, TimeProvider time, ILogger<NginxLogRotation> logger) : BackgroundService
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
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
            {
                LogFailed(logger, nginx.Name, e.Message);
            }
        }
    }

    internal async Task RotateAsync(CancellationToken cancellationToken)
    {
        var log = new FileInfo(Path.Combine(nginx.WorkingDirectory, "access.log"));
        if (!log.Exists || log.Length < MaxLength)
        {
            return;
        }

        log.MoveTo(log.FullName + ".1", overwrite: true);
        string[] arguments = nginx.Container?.ReopenLogs()
            ?? ["-p", nginx.WorkingDirectory, "-c", Path.Combine(nginx.WorkingDirectory, "nginx.conf"), "-e", "stderr", "-s", "reopen"];
        var reopen = new ProcessStartInfo(CommandPath.Find(nginx.Command) ?? nginx.Command, arguments)
        {
            WorkingDirectory = nginx.WorkingDirectory,
            RedirectStandardError = true,
        };
        using var process = Process.Start(reopen)!;
        await process.WaitForExitAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 710, Level = LogLevel.Warning, Message = "The access log of {Nginx} cannot be rotated: {Reason}")]
    private static partial void LogFailed(ILogger logger, string nginx, string reason);
}

using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Cdn.AppHost.Running;

/// <summary>
/// Stops the application when the <c>dotnet run</c> that started it is gone. It passes on SIGTERM, but when it is killed with
/// SIGKILL nobody tells us, and whoever killed it believes that the application is down. Other parents (a shell, a service
/// manager) may come and go. Linux only: elsewhere a parent's command line is not to be read so easily.
/// </summary>
internal sealed partial class ParentWatch(IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    /// <summary>Time between two looks: 500 ms.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var parent = ParentId();
        if (!IsDotnetRun(parent))
        {
            return;
        }

        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (ParentId() != parent)
            {
                lifetime.StopApplication();
                return;
            }
        }
    }

    private static bool IsDotnetRun(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0') is [var program, "run" or "watch", ..]
                && Path.GetFileName(program) == "dotnet";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();
}

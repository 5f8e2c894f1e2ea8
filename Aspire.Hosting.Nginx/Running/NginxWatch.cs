using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Nginx.Running;

/// <summary>
/// Reloads nginx when its hand-written configuration or its certificate has changed. It looks at the files, since what tells of
/// changes does so neither on every file system nor for links that are put in place of others.
/// </summary>
internal sealed class NginxWatch(
    NginxResource nginx, NginxReload reload, ResourceNotificationService notifications, TimeProvider time) : BackgroundService
{
    /// <summary>Time between two looks: 1 s. Files that change from one look to the next are not finished.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private string _current = "";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _current = Look();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        var before = _current;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Look();
            if (now == before && now != _current)
            {
                await ReloadIfRunningAsync(stoppingToken);
                _current = now;
            }

            before = now;
        }
    }

    /// <summary>What is to be seen of the files: another text when one of them has changed.</summary>
    internal string Look()
    {
        var files = new List<string>();
        if (nginx.ConfigurationFile is { } file && Path.GetDirectoryName(file) is { } folder && Directory.Exists(folder))
        {
            files.AddRange(Directory.EnumerateFiles(folder, "*.conf").Append(file).Order(StringComparer.Ordinal));
        }

        if (nginx.CertificateFiles is { } certificate)
        {
            files.AddRange([certificate.CertificateFile, certificate.KeyFile]);
        }

        return string.Join('\n', files.Select(Describe));
    }

    private static string Describe(string path)
    {
        try
        {
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            return file.Exists ? $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}" : path;
        }
        catch (IOException)
        {
            return path; // It is about to be replaced.
        }
    }

    /// <summary>One that does not run reads all of it when it starts.</summary>
    private async Task ReloadIfRunningAsync(CancellationToken cancellationToken)
    {
        if (notifications.TryGetCurrentState(nginx.Name, out var state)
            && state.Snapshot.State?.Text == KnownResourceStates.Running)
        {
            await reload.ReloadAsync(cancellationToken);
        }
    }
}

using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>nginx that serves the files itself.</summary>
internal static class NginxStatic
{
    /// <summary>As good as it gets: the yardstick.</summary>
    public static Task<RunningSubject> StartTunedAsync(Workbench bench, CancellationToken cancellationToken) =>
        StartAsync(bench, Subject.Yardstick, $"{Nginx.Tuning}\naccess_log off;", cancellationToken);

    /// <summary>As it comes: no sendfile, small buffers, and a line in a log for each request.</summary>
    public static Task<RunningSubject> StartStockAsync(Workbench bench, CancellationToken cancellationToken) =>
        StartAsync(bench, "nginx-stock", "access_log access.log;", cancellationToken);

    private static Task<RunningSubject> StartAsync(Workbench bench, string name, string settings, CancellationToken cancellationToken)
    {
        var port = Ports.Take();
        var nginx = Nginx.Start(bench, name, "nginx",
            $$"""
            {{settings}}
            server {
                {{Nginx.Tls(bench, port)}}
                root {{bench.Media}};
            }
            """);
        return bench.UntilUpAsync(RunningSubject.Of(name, port, [nginx]), nginx, cancellationToken);
    }
}

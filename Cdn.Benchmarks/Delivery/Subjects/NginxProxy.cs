using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>nginx that fetches every byte from another nginx: what a proxying edge costs when nothing behind it is slow.</summary>
internal static class NginxProxy
{
    private const string Name = "nginx-proxy";

    public static Task<RunningSubject> StartAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var port = Ports.Take();
        var socket = $"unix:{Path.Combine(bench.FolderOf(Name), "origin.sock")}";
        var origin = Nginx.StartOrigin(bench, Name, socket, log: null);
        var front = Nginx.Start(bench, Name, "nginx",
            $$"""
            {{Nginx.Tuning}}
            access_log off;
            upstream origin {
                server {{socket}};
                keepalive 64;
                keepalive_requests 10000000;
            }
            server {
                {{Nginx.Tls(bench, port)}}
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_buffer_size 256k;
                proxy_buffers 8 256k;
                proxy_busy_buffers_size 512k;
                proxy_max_temp_file_size 0;
                location / {
                    proxy_pass http://origin;
                }
            }
            """);
        return bench.UntilUpAsync(RunningSubject.Of(Name, port, [front, origin]), front, cancellationToken);
    }
}

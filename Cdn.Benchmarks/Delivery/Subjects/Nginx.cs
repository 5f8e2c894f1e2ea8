using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>What every nginx here is started with.</summary>
internal static class Nginx
{
    /// <summary>The settings that make the most of nginx for big files over TLS: large records, frames and reads.</summary>
    public const string Tuning =
        """
        sendfile on;
        tcp_nopush on;
        http2_chunk_size 64k;
        ssl_buffer_size 64k;
        output_buffers 1 512k;
        """;

    /// <summary>h2load does not reconnect, so no connection may be closed after nginx's 1,000 requests.</summary>
    private const string LongConnections = "keepalive_requests 10000000;";

    /// <param name="http">What stands in <c>http</c>.</param>
    public static ServerProcess Start(Workbench bench, string subject, string name, string http)
    {
        var configuration = bench.Write(subject, $"{name}.conf",
            $$"""
            worker_processes {{Workbench.Workers}};
            daemon off;
            pid {{name}}.pid;
            error_log stderr;
            events {
                worker_connections 4096;
            }
            http {
                client_body_temp_path {{name}}-temp;
                proxy_temp_path {{name}}-temp;
                fastcgi_temp_path {{name}}-temp;
                uwsgi_temp_path {{name}}-temp;
                scgi_temp_path {{name}}-temp;
                {{LongConnections}}
                {{http}}
            }
            """);
        var folder = bench.FolderOf(subject);
        return ServerProcess.Start("nginx", folder, ["-p", folder, "-c", configuration, "-e", "stderr"]);
    }

    /// <summary>Port and certificate. Since nginx 1.25.1 this way to turn HTTP/2 on is deprecated; it still works.</summary>
    public static string Tls(Workbench bench, int port) =>
        $"""
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {bench.Certificate.CertificateFile};
        ssl_certificate_key {bench.Certificate.KeyFile};
        """;

    /// <summary>A plain static server for what stands in front of it to fetch from.</summary>
    /// <param name="listen">A port, or <c>unix:PATH</c>.</param>
    /// <param name="log">Its access log, by which one sees what a cache has not answered itself; none if null.</param>
    public static ServerProcess StartOrigin(Workbench bench, string subject, string listen, string? log) =>
        Start(bench, subject, "origin",
            $$"""
            {{Tuning}}
            access_log {{log ?? "off"}};
            server {
                listen {{listen}};
                root {{bench.Media}};
                expires 1d;
            }
            """);
}

using System.Globalization;
using System.Text;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>
/// The whole <c>nginx.conf</c>, where nobody has written one: a reverse proxy that lets streams through as they come.
/// </summary>
internal static class DefaultConfiguration
{
    /// <summary>The name by which the health check is known, so that it is not in the log.</summary>
    public const string HealthAgent = "Aspire.Hosting.Nginx";

    /// <summary>The text.</summary>
    /// <param name="resource">The resource's name.</param>
    /// <param name="routes">What goes where.</param>
    /// <param name="schemes">The scheme of each upstream.</param>
    /// <param name="log">Where requests are logged.</param>
    public static string Write(
        string resource, IReadOnlyList<NginxRoute> routes, IReadOnlyDictionary<string, string> schemes, string log) =>
        $$"""
        # Generated for {{resource}}. WithConfiguration(file) takes a file of your own in its place.
        worker_processes auto;
        pid nginx.pid;
        error_log stderr warn;

        events {
            worker_connections 4096;
        }

        http {
            server_tokens off;
            default_type application/octet-stream;

            map $http_user_agent $is_logged {
                {{HealthAgent}}  0;
                default  1;
            }
            access_log {{log}} combined if=$is_logged;

            client_body_temp_path temp/client;
            proxy_temp_path temp/proxy;
            fastcgi_temp_path temp/fastcgi;
            uwsgi_temp_path temp/uwsgi;
            scgi_temp_path temp/scgi;

            # Bodies of any size, in both directions, go through as they come, and never to the disk.
            client_max_body_size 0;
            proxy_request_buffering off;
            proxy_max_temp_file_size 0;
            send_timeout 300s;
            sendfile on;
            tcp_nopush on;
            ssl_session_cache shared:tls:10m;

            # A WebSocket asks for an upgrade of its connection; all others are kept for the next request.
            map $http_upgrade $upstream_connection {
                ""  "";
                default  upgrade;
            }

            # The host that the client named, with its port. HTTP/3 may have no header of that name.
            map $http_host $named_host {
                ""  $host;
                default  $http_host;
            }
            proxy_http_version 1.1;
            proxy_set_header Host $named_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $upstream_connection;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Host $named_host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_connect_timeout 5s;
            proxy_read_timeout 300s;
            proxy_send_timeout 300s;
            proxy_ssl_server_name on;

            include generated/upstreams.conf;

            server {
                include generated/listen.conf;
                add_header Alt-Svc $alt_svc always;
                absolute_redirect off;    # a container's port is not the one that clients use
        {{Locations(routes, schemes)}}
            }
        }

        """;

    private static string Locations(IReadOnlyList<NginxRoute> routes, IReadOnlyDictionary<string, string> schemes)
    {
        var text = new StringBuilder();
        foreach (var (path, upstream, stripPrefix) in routes)
        {
            var target = $"{schemes[upstream]}://{upstream}{(stripPrefix ? "/" : "")}";
            text.Append(
                CultureInfo.InvariantCulture, $"\n        location {NginxText.Quote(path)} {{\n            proxy_pass {target};\n        }}\n");
        }

        if (routes.All(route => route.Path != "/"))
        {
            text.Append("\n        location / {\n            return 404;\n        }\n");
        }

        return text.ToString().TrimEnd('\n');
    }
}

using System.Globalization;
using System.Text;

namespace Cdn.Hosting.Nginx.Configuration;

/// <summary>Writes what nginx reads: a copy of the hand-written configuration, and the generated files that it includes.</summary>
internal static class NginxConfiguration
{
    /// <summary>From this version on HTTP/2 is a directive of its own; before, a parameter of <c>listen</c>.</summary>
    private static readonly Version Http2Directive = new(1, 25, 1);

    /// <summary>Connections that each worker keeps open to an upstream: 64, so that small requests never pay for a new one.</summary>
    private const int KeepAlive = 64;

    public static async Task WriteAsync(NginxResource nginx, CancellationToken cancellationToken)
    {
        var folder = nginx.WorkingDirectory;
        Directory.CreateDirectory(Path.Combine(folder, "generated"));
        Directory.CreateDirectory(Path.Combine(folder, "temp"));
        await WriteAsync("nginx.conf", await File.ReadAllTextAsync(nginx.ConfigurationFile!, cancellationToken));
        await WriteAsync("generated/listen.conf", Listen(nginx.HttpsEndpoint.Port, nginx.Certificate!, nginx.Version!));
        await WriteAsync("generated/upstreams.conf", Upstreams(nginx.Upstreams.ConvertAll(upstream =>
            (upstream.Name, upstream.Endpoint.Port, upstream.IsRoute))));

        Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(folder, file), text, cancellationToken);
    }

    /// <summary>Port and certificate.</summary>
    internal static string Listen(int port, NginxCertificate certificate, Version version)
    {
        var text = new StringBuilder();
        var http2 = version >= Http2Directive ? "" : " http2";
        text.Append(CultureInfo.InvariantCulture, $"listen {port} ssl{http2};\n");
        if (System.Net.Sockets.Socket.OSSupportsIPv6)
        {
            text.Append(CultureInfo.InvariantCulture, $"listen [::]:{port} ssl{http2};\n");
        }

        text.Append(http2.Length == 0 ? "http2 on;\n" : "");
        text.Append(CultureInfo.InvariantCulture, $"ssl_certificate {Quote(certificate.CertificateFile)};\n");
        text.Append(CultureInfo.InvariantCulture, $"ssl_certificate_key {Quote(certificate.KeyFile)};\n");
        return text.ToString();
    }

    /// <summary>Addresses of the services, and which of them clients may name.</summary>
    internal static string Upstreams(IReadOnlyList<(string Name, int Port, bool IsRoute)> upstreams)
    {
        var text = new StringBuilder();
        foreach (var (name, port, _) in upstreams)
        {
            Group(name, [port]);
        }

        var routes = upstreams.Where(upstream => upstream.IsRoute).ToList();
        Group("replicas", routes.Select(route => route.Port));
        text.Append("map $replica $replica_upstream {\n    default \"\";\n");
        foreach (var (name, _, _) in routes)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {name} {name};\n");
        }

        return text.Append("}\n").ToString();

        void Group(string name, IEnumerable<int> ports)
        {
            text.Append(CultureInfo.InvariantCulture, $"upstream {name} {{\n");
            foreach (var port in ports)
            {
                // No passive marking as down: whether a replica is in is the controller's to say, at once and for all.
                text.Append(CultureInfo.InvariantCulture, $"    server 127.0.0.1:{port} max_fails=0;\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    keepalive {KeepAlive};\n}}\n\n");
        }
    }

    private static string Quote(string path) => $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

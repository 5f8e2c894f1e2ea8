using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Cdn.Hosting.Nginx.Configuration;

/// <summary>Writes what nginx reads: a copy of the hand-written configuration, and the generated files that it includes.</summary>
internal static class NginxConfiguration
{
    /// <summary>From this version on HTTP/2 is a directive of its own; before, a parameter of <c>listen</c>.</summary>
    private static readonly Version Http2Directive = new(1, 25, 1);

    /// <summary>Connections that each worker keeps open to an upstream: 64, so that small requests never pay for a new one.</summary>
    private const int KeepAlive = 64;

    private static readonly System.Buffers.SearchValues<char> NeedQuotes = System.Buffers.SearchValues.Create(" \t\"'\\;{}#");

    public static async Task WriteAsync(NginxResource nginx, ILogger logger, CancellationToken cancellationToken)
    {
        var folder = nginx.WorkingDirectory;
        Directory.CreateDirectory(Path.Combine(folder, "generated"));
        Directory.CreateDirectory(Path.Combine(folder, "temp"));
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(nginx.ConfigurationFile!)!, "*.conf"))
        {
            await WriteAsync(Path.GetFileName(file), await File.ReadAllTextAsync(file, cancellationToken));
        }

        await WriteAsync("nginx.conf", await File.ReadAllTextAsync(nginx.ConfigurationFile!, cancellationToken));
        var upstreams = nginx.Upstreams.ConvertAll(upstream => WorkerAccess.WithoutWhatIsOutOfReach(upstream, logger));
        await WriteAsync("generated/listen.conf", Listen(nginx.HttpsEndpoint.Port, nginx.Certificate!, nginx.Version!));
        await WriteAsync("generated/upstreams.conf", Upstreams(upstreams.ConvertAll(upstream =>
            (upstream.Name, upstream.Socket is { } socket ? $"unix:{socket}" : $"127.0.0.1:{upstream.Endpoint.Port}", upstream.Route is not null))));
        await WriteAsync("generated/replicas.conf", Routes(
            [.. upstreams.Where(upstream => upstream.Route is not null).Select(upstream => (upstream.Name, upstream.Route!))]));

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

    /// <summary>Addresses of the services.</summary>
    internal static string Upstreams(IReadOnlyList<(string Name, string Address, bool IsRoute)> upstreams)
    {
        var text = new StringBuilder();
        foreach (var (name, address, _) in upstreams)
        {
            Group(name, [address]);
        }

        Group("replicas", upstreams.Where(upstream => upstream.IsRoute).Select(upstream => upstream.Address));
        return text.ToString();

        void Group(string name, IEnumerable<string> addresses)
        {
            text.Append(CultureInfo.InvariantCulture, $"upstream {name} {{\n");
            foreach (var address in addresses)
            {
                // No passive marking as down: whether a replica is in is the controller's to say, at once and for all.
                text.Append(CultureInfo.InvariantCulture, $"    server {Quote(address)} max_fails=0;\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    keepalive {KeepAlive};\n}}\n\n");
        }
    }

    /// <summary>A location for each service that clients may name.</summary>
    internal static string Routes(IReadOnlyList<(string Name, NginxRoute Route)> routes)
    {
        var text = new StringBuilder();
        foreach (var (name, (store, log)) in routes)
        {
            text.Append(CultureInfo.InvariantCulture, $"location = /{name}/video/ {{\n    return 404;\n}}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"location /{name}/video/ {{\n    set $replica {name};\n");
            text.Append(CultureInfo.InvariantCulture, $"    set $replica_store {Quote(store ?? "/dev/null")};\n");
            if (store is not null && log is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"    access_log access.log direct buffer=64k flush=1s;\n");
                text.Append(CultureInfo.InvariantCulture, $"    access_log {Quote(log)} served buffer=64k flush=1s;\n");
            }

            text.Append("    include replica.conf;\n}\n\n");
        }

        return text.ToString();
    }

    private static string Quote(string path) =>
        path.AsSpan().IndexOfAny(NeedQuotes) < 0
            ? path
            : $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

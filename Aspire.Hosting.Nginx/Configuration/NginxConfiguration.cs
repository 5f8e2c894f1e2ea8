using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>Writes what nginx reads: a copy of the hand-written configuration, and the generated files that it includes.</summary>
internal static class NginxConfiguration
{
    /// <summary>From this version on HTTP/2 is a directive of its own; before, a parameter of <c>listen</c>.</summary>
    private static readonly Version Http2Directive = new(1, 25, 1);

    /// <summary>Connections that each worker keeps open to an upstream: 64, so that small requests never pay for a new one.</summary>
    private const int KeepAlive = 64;

    /// <summary>Time for which a client may go on with HTTP/3 without hearing of it again: 86,400 s, the default of RFC 7838.</summary>
    private const int AltSvcSeconds = 86_400;

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
        await WriteAsync("generated/listen.conf", Listen(nginx.HttpsEndpoint.Port, nginx.Certificate!, nginx.Build!, nginx.WantsHttp3));
        await WriteAsync("generated/upstreams.conf", Upstreams(upstreams.ConvertAll(upstream =>
            (upstream.Name, upstream.Socket is { } socket ? $"unix:{socket}" : $"127.0.0.1:{upstream.Endpoint.Port}", upstream.Route is not null))));
        await WriteAsync("generated/replicas.conf", Routes(
            [.. upstreams.Where(upstream => upstream.Route is not null).Select(upstream => (upstream.Name, upstream.Route!))]));

        Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(folder, file), text, cancellationToken);
    }

    /// <summary>Port, protocols and certificate, and <c>$alt_svc</c>, by which clients hear of HTTP/3 (RFC 9114, 3.1.1).</summary>
    internal static string Listen(int port, NginxCertificate certificate, NginxBuild build, bool wantsHttp3)
    {
        var text = new StringBuilder();
        var http2 = build.Version >= Http2Directive ? "" : " http2";
        var http3 = wantsHttp3 && build.HasHttp3;
        string[] addresses = System.Net.Sockets.Socket.OSSupportsIPv6 ? ["", "[::]:"] : [""];
        foreach (var address in addresses)
        {
            text.Append(CultureInfo.InvariantCulture, $"listen {address}{port} ssl{http2};\n");
        }

        foreach (var address in http3 ? addresses : [])
        {
            text.Append(CultureInfo.InvariantCulture, $"listen {address}{port} quic reuseport;\n"); // A connection's packets all go to one worker.
        }

        text.Append(http2.Length == 0 ? "http2 on;\n" : "");
        text.Append(CultureInfo.InvariantCulture, $"set $alt_svc {(http3 ? $"'h3=\":{port}\"; ma={AltSvcSeconds}'" : "\"\"")};\n");
        text.Append(CultureInfo.InvariantCulture, $"ssl_certificate {Quote(certificate.CertificateFile)};\n");
        text.Append(CultureInfo.InvariantCulture, $"ssl_certificate_key {Quote(certificate.KeyFile)};\n");
        return text.ToString();
    }

    /// <summary>Addresses of the services.</summary>
    internal static string Upstreams(IReadOnlyList<(string Name, string Address, bool IsRoute)> upstreams)
    {
        var text = new StringBuilder();
        foreach (var group in upstreams.GroupBy(upstream => upstream.Name, upstream => upstream.Address))
        {
            Group(group.Key, group);
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
                text.Append(CultureInfo.InvariantCulture, $"    access_log {Quote(log)} traced buffer=64k flush=1s if=$http_traceparent;\n");
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

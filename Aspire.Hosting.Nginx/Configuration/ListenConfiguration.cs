using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Programs;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary><c>generated/listen.conf</c>: port, protocols and certificate.</summary>
/// <param name="Port">The port that nginx binds.</param>
/// <param name="Host">
/// Where it binds it: <c>localhost</c>, an address, <c>0.0.0.0</c> for all of them, or nothing for all of IPv4.
/// </param>
/// <param name="Certificate">Null for plain HTTP.</param>
/// <param name="Http3Port">The port that clients use for HTTP/3; null for no HTTP/3.</param>
/// <param name="SendBuffer">Bytes that the kernel holds for a connection; 0 for what it sees fit.</param>
internal sealed record ListenConfiguration(
    int Port, string Host, NginxCertificate? Certificate, int? Http3Port = null, int SendBuffer = 0)
{
    /// <summary>Which clients TLS is spoken with.</summary>
    public NginxTlsProfile Profile { get; init; }

    /// <summary>From this version on HTTP/2 is a directive of its own; before, a parameter of <c>listen</c>.</summary>
    private static readonly Version Http2Directive = new(1, 25, 1);

    /// <summary>
    /// Time for which a client may go on with HTTP/3 without hearing of it again: 86,400 s, the default of RFC 7838.
    /// </summary>
    private const int AltSvcSeconds = 86_400;

    /// <summary>The text; it also sets <c>$alt_svc</c>, by which clients hear of HTTP/3 (RFC 9114, 3.1.1).</summary>
    public string Write(NginxBuild build)
    {
        var text = new StringBuilder();
        var http2 = Certificate is null || build.Version >= Http2Directive ? "" : " http2";
        var http3 = Certificate is not null && build.HasHttp3 ? Http3Port : null;
        var buffer = SendBuffer == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" sndbuf={SendBuffer}");
        var addresses = Addresses();
        foreach (var address in addresses)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"listen {address}{Port}{(Certificate is null ? "" : " ssl")}{http2}{buffer};\n");
        }

        foreach (var address in http3 is null ? [] : addresses)
        {
            // A connection's packets all go to one worker.
            text.Append(CultureInfo.InvariantCulture, $"listen {address}{Port} quic reuseport;\n");
        }

        text.Append(Certificate is not null && http2.Length == 0 ? "http2 on;\n" : "");
        text.Append(
            CultureInfo.InvariantCulture, $"set $alt_svc {(http3 is null ? "\"\"" : $"'h3=\":{http3}\"; ma={AltSvcSeconds}'")};\n");
        return text.Append(Certificate is { } certificate ? TlsConfiguration.Write(certificate, Profile) : "").ToString();
    }

    private string[] Addresses() => Host switch
    {
        "" => [""],
        "0.0.0.0" or "*" or "+" => Socket.OSSupportsIPv6 ? ["", "[::]:"] : [""],
        "localhost" => HasIPv6Loopback() ? ["127.0.0.1:", "[::1]:"] : ["127.0.0.1:"],
        _ when IPAddress.TryParse(Host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 =>
            [$"[{address}]:"],
        _ => [$"{Host}:"],
    };

    /// <summary>A machine may speak IPv6 and have no address of it, not even that one; nginx would not start.</summary>
    private static bool HasIPv6Loopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

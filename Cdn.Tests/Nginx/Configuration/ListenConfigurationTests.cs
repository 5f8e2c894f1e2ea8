using System.Net.Sockets;
using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Programs;

namespace Cdn.Tests.Nginx.Configuration;

public class ListenConfigurationTests
{
    private static readonly NginxCertificate Certificate = new(
        "/certs/with space/tls.crt", "/certs/tls.key", MakeIfMissing: false);

    [Theory]
    [InlineData("1.22.1", "listen 9005 ssl http2;", false)]
    [InlineData("1.25.1", "listen 9005 ssl;", true)]
    [InlineData("1.29.0", "listen 9005 ssl;", true)]
    public void Write_ByVersion_HasHttp2InItsSyntax(string version, string listen, bool hasDirective)
    {
        var text = new ListenConfiguration(9005, "0.0.0.0", Certificate).Write(
            new NginxBuild(Version.Parse(version), HasHttp3: false));

        Assert.Contains(listen, text);
        Assert.Equal(hasDirective, text.Contains("http2 on;"));
        Assert.Contains("ssl_certificate \"/certs/with space/tls.crt\";", text);
        Assert.Contains("ssl_certificate_key /certs/tls.key;", text);
    }

    [Fact]
    public void Write_Http3OfAnNginxThatHasIt_IsListenedForAndTold()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        Assert.Equal(
            """
            listen 9005 ssl;
            listen [::]:9005 ssl;
            listen 9005 quic reuseport;
            listen [::]:9005 quic reuseport;
            http2 on;
            set $alt_svc 'h3=":9443"; ma=86400';
            ssl_certificate "/certs/with space/tls.crt";
            ssl_certificate_key /certs/tls.key;
            ssl_protocols TLSv1.2 TLSv1.3;
            ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
            ssl_prefer_server_ciphers off;
            ssl_session_tickets off;

            """,
            new ListenConfiguration(9005, "0.0.0.0", Certificate, Http3Port: 9443).Write(
                new NginxBuild(new Version(1, 29, 3), HasHttp3: true)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Write_Http3NotThereOrNotWanted_IsLeftOut(bool has, bool wants)
    {
        var text = new ListenConfiguration(9005, "0.0.0.0", Certificate, wants ? 9005 : null).Write(
            new NginxBuild(new Version(1, 29, 3), has));

        Assert.DoesNotContain("quic", text);
        Assert.Contains("set $alt_svc \"\";\n", text);
    }

    [Fact]
    public void Write_OfTheModernProfile_IsTls13Alone()
    {
        var text = (new ListenConfiguration(9005, "0.0.0.0", Certificate) with { Profile = NginxTlsProfile.Modern })
            .Write(new NginxBuild(new Version(1, 22, 1), HasHttp3: false));

        Assert.Contains("\nssl_protocols TLSv1.3;\n", text);
        Assert.DoesNotContain("ssl_ciphers", text);
    }

    [Fact]
    public void Write_WithoutACertificate_IsPlainHttpAndNoHttp3() => Assert.Equal(
        "listen 10.0.0.7:8080;\nset $alt_svc \"\";\n",
        new ListenConfiguration(8080, "10.0.0.7", null, Http3Port: 8080).Write(
            new NginxBuild(new Version(1, 29, 3), HasHttp3: true)));

    [Fact]
    public void Write_WithASendBuffer_SaysItToTheKernel() => Assert.StartsWith(
        "listen 8080 ssl http2 sndbuf=65536;\n",
        new ListenConfiguration(8080, "", Certificate, SendBuffer: 65_536).Write(new NginxBuild(new Version(1, 22, 1), HasHttp3: false)));

    [Theory]
    [InlineData("", "listen 8080;")]
    [InlineData("localhost", "listen 127.0.0.1:8080;")]
    [InlineData("::1", "listen [::1]:8080;")]
    public void Write_OfAHost_BindsItOnly(string host, string expected)
    {
        var text = new ListenConfiguration(8080, host, null).Write(new NginxBuild(new Version(1, 22, 1), HasHttp3: false));

        Assert.StartsWith(expected + "\n", text);
        Assert.DoesNotContain("[::]", text);
    }
}

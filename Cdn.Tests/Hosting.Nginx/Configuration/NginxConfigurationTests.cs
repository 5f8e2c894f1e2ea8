using Cdn.Hosting.Nginx.Configuration;

namespace Cdn.Tests.Hosting.Nginx.Configuration;

public class NginxConfigurationTests
{
    private static readonly NginxCertificate Certificate = new("/certs/with space/tls.crt", "/certs/tls.key", MakeIfMissing: false);

    [Fact]
    public void Upstreams_ControllerAndTwoReplicas_AreWritten() => Assert.Equal(
        """
        upstream controller {
            server 127.0.0.1:9004 max_fails=0;
            keepalive 64;
        }

        upstream replica1 {
            server "unix:/run dir/r1.sock" max_fails=0;
            keepalive 64;
        }

        upstream replica2 {
            server 127.0.0.1:9003 max_fails=0;
            keepalive 64;
        }

        upstream replicas {
            server "unix:/run dir/r1.sock" max_fails=0;
            server 127.0.0.1:9003 max_fails=0;
            keepalive 64;
        }


        """,
        NginxConfiguration.Upstreams(
            [("controller", "127.0.0.1:9004", false), ("replica1", "unix:/run dir/r1.sock", true), ("replica2", "127.0.0.1:9003", true)]));

    [Fact]
    public void Routes_WithAndWithoutAVisibleStore_AreWritten() => Assert.Equal(
        """
        location = /replica1/video/ {
            return 404;
        }

        location /replica1/video/ {
            set $replica replica1;
            set $replica_store "/my stores/replica1";
            access_log access.log direct buffer=64k flush=1s;
            access_log /logs/replica1.log served buffer=64k flush=1s;
            include replica.conf;
        }

        location = /replica2/video/ {
            return 404;
        }

        location /replica2/video/ {
            set $replica replica2;
            set $replica_store /dev/null;
            include replica.conf;
        }


        """,
        NginxConfiguration.Routes(
            [("replica1", new NginxRoute("/my stores/replica1", "/logs/replica1.log")), ("replica2", new NginxRoute(null, "/logs/replica2.log"))]));

    [Theory]
    [InlineData("1.22.1", "listen 9005 ssl http2;", false)]
    [InlineData("1.25.1", "listen 9005 ssl;", true)]
    [InlineData("1.29.0", "listen 9005 ssl;", true)]
    public void Listen_ByVersion_HasHttp2InItsSyntax(string version, string listen, bool hasDirective)
    {
        var text = NginxConfiguration.Listen(9005, Certificate, new NginxBuild(Version.Parse(version), HasHttp3: false), wantsHttp3: false);

        Assert.Contains(listen, text);
        Assert.Equal(hasDirective, text.Contains("http2 on;"));
        Assert.Contains("ssl_certificate \"/certs/with space/tls.crt\";", text);
        Assert.Contains("ssl_certificate_key /certs/tls.key;", text);
    }

    [Fact]
    public void Listen_Http3OfAnNginxThatHasIt_IsListenedForAndTold()
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "needs IPv6");
        Assert.Equal(
            """
            listen 9005 ssl;
            listen [::]:9005 ssl;
            listen 9005 quic reuseport;
            listen [::]:9005 quic reuseport;
            http2 on;
            set $alt_svc 'h3=":9005"; ma=86400';
            ssl_certificate "/certs/with space/tls.crt";
            ssl_certificate_key /certs/tls.key;

            """,
            NginxConfiguration.Listen(9005, Certificate, new NginxBuild(new Version(1, 29, 3), HasHttp3: true), wantsHttp3: true));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Listen_Http3NotThereOrNotWanted_IsLeftOut(bool has, bool wants)
    {
        var text = NginxConfiguration.Listen(9005, Certificate, new NginxBuild(new Version(1, 29, 3), has), wants);

        Assert.DoesNotContain("quic", text);
        Assert.Contains("set $alt_svc \"\";\n", text);
    }

    [Theory]
    [InlineData("nginx version: nginx/1.22.1\n", "1.22.1", false)]
    [InlineData("nginx version: nginx/1.26.3 (Ubuntu)\n", "1.26.3", false)]
    [InlineData("nginx version: openresty/1.27.1\n", "1.27.1", false)]
    [InlineData("nginx version: nginx/1.29.3\nbuilt with OpenSSL 3.5.1\nconfigure arguments: --with-http_v2_module --with-http_v3_module\n", "1.29.3", true)]
    [InlineData("nginx version: nginx/1.24.0 (a branch)\nconfigure arguments: --with-http_v3_module\n", "1.24.0", false)]
    public void Build_OfWhatNginxSays_IsRead(string said, string version, bool hasHttp3) =>
        Assert.Equal(new NginxBuild(Version.Parse(version), hasHttp3), NginxBuild.Read(said));

    [Fact]
    public void Build_OfSomethingElse_IsNull() => Assert.Null(NginxBuild.Read("something else"));
}

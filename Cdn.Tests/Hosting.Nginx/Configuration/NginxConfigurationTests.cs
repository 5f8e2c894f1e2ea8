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
        var text = NginxConfiguration.Listen(9005, Certificate, Version.Parse(version));

        Assert.Contains(listen, text);
        Assert.Equal(hasDirective, text.Contains("http2 on;"));
        Assert.Contains("ssl_certificate \"/certs/with space/tls.crt\";", text);
        Assert.Contains("ssl_certificate_key /certs/tls.key;", text);
    }

    [Theory]
    [InlineData("nginx version: nginx/1.22.1\n", "1.22.1")]
    [InlineData("nginx version: nginx/1.26.3 (Ubuntu)\n", "1.26.3")]
    [InlineData("nginx version: openresty/1.27.1\n", "1.27.1")]
    [InlineData("something else", null)]
    public void Version_OfWhatNginxSays_IsRead(string said, string? version) =>
        Assert.Equal(version, NginxVersion.Read(said)?.ToString());
}

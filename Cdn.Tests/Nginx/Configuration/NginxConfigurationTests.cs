using System.Diagnostics;
using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Cdn.Tests.Infrastructure;

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

    /// <summary>The whole of what is generated for a CDN, every second store out of nginx's sight.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Configuration_OfSoManyReplicas_IsAsItWas_AndNginxTakesIt(int replicas)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs nginx");
        using var run = new TemporaryFolder();
        var certificate = DevelopmentCertificate.In(run.Path);
        DevelopmentCertificate.EnsureIfWanted(certificate);
        var names = Enumerable.Range(1, replicas).Select(number => $"replica{number}").ToList();
        var generated = new Dictionary<string, string>
        {
            ["listen.conf"] = NginxConfiguration.Listen(9005, certificate, await NginxBuild.AskAsync("nginx", TestContext.Current.CancellationToken), wantsHttp3: false),
            ["upstreams.conf"] = NginxConfiguration.Upstreams(
                [("controller", $"unix:{run.Of("controller.sock")}", false), .. names.Select((name, i) => (name, $"127.0.0.1:{9002 + i}", true))]),
            ["replicas.conf"] = NginxConfiguration.Routes(
                [.. names.Select((name, i) => (name, i % 2 == 0 ? new NginxRoute(run.Of(name), run.Of($"{name}.log")) : new NginxRoute(null, null)))]),
        };

        Snapshot.Matches($"replicas-{replicas}.conf", (generated["upstreams.conf"] + generated["replicas.conf"]).Replace(run.Path, "/run"));
        foreach (var (file, text) in generated)
        {
            Directory.CreateDirectory(run.Of("generated"));
            File.WriteAllText(run.Of("generated", file), text);
        }

        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "nginx"), "*.conf"))
        {
            File.Copy(file, run.Of(Path.GetFileName(file)));
        }

        var said = await TestNginxAsync(run);
        Assert.Contains("test is successful", said);
        Assert.DoesNotContain("[warn]", said);
    }

    [Fact]
    public void Upstreams_OfOneName_AreOneGroup() => Assert.StartsWith(
        """
        upstream controller {
            server unix:/run/one.sock max_fails=0;
            server unix:/run/two.sock max_fails=0;
            keepalive 64;
        }
        """,
        NginxConfiguration.Upstreams([("controller", "unix:/run/one.sock", false), ("controller", "unix:/run/two.sock", false)]));

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
            access_log /logs/replica1.log traced buffer=64k flush=1s if=$http_traceparent;
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

    /// <summary><c>nginx -t</c>: what it says.</summary>
    private static async Task<string> TestNginxAsync(TemporaryFolder run)
    {
        Directory.CreateDirectory(run.Of("temp"));
        using var nginx = Process.Start(new ProcessStartInfo(
            Aspire.Hosting.Nginx.Configuration.CommandPath.Find("nginx")!, ["-t", "-p", run.Path, "-c", run.Of("nginx.conf"), "-e", "stderr"]) { RedirectStandardError = true })!;
        var said = await nginx.StandardError.ReadToEndAsync();
        await nginx.WaitForExitAsync();
        return said;
    }

    [Fact]
    public void Build_OfSomethingElse_IsNull() => Assert.Null(NginxBuild.Read("something else"));
}

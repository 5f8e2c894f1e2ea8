using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using Aspire.Hosting.Nginx.Certificates;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary>The edge's container as its script starts it, here by the nginx of this machine: TLS, and the certificate.</summary>
[StartsProcesses]
[SupportedOSPlatform("linux")]
public sealed class EdgeTlsTests : IDisposable
{
    private readonly TemporaryFolder _run = new();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly Uri _address = new($"https://127.0.0.1:{ServiceProcess.FreePort()}");

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("intermediate", true)]
    [InlineData("modern", false)]
    public async Task Edge_OfAProfile_SpeaksItsProtocols_AndHasBrowsersStayWithHttps(string profile, bool hasTls12)
    {
        var (certificate, key) = SelfSigned.Write(_run, "own");
        await WhileItRunsAsync(certificate, key, profile, async () =>
        {
            Assert.Equal(SslProtocols.Tls13, await ProtocolAsync(SslProtocols.Tls12 | SslProtocols.Tls13));
            Assert.Equal(hasTls12 ? SslProtocols.Tls12 : null, await ProtocolAsync(SslProtocols.Tls12));
            foreach (var (request, status) in new[] { ("GET /nowhere", 404), ("GET /", 200), ("POST /video/film.mp4", 405), ("GET /api/status", 502), ("GET /%", 400) })
            {
                var answer = await RawTls.SendAsync(_address, $"{request} HTTP/1.1\r\nHost: x");
                Assert.Equal(
                    (status, "max-age=63072000", "nosniff"),
                    (answer.Status, answer["Strict-Transport-Security"], answer["X-Content-Type-Options"]));
            }
        });
    }

    [Fact]
    public async Task Edge_WhoseCertificateChanges_GoesOnWithTheNewOne_AndDropsNoConnection()
    {
        var old = DevelopmentCertificate.In(_run.Path);
        DevelopmentCertificate.Ensure(old);
        await WhileItRunsAsync(old.CertificateFile, old.KeyFile, "intermediate", async () =>
        {
            // For development.
            Assert.Null((await RawTls.SendAsync(_address, "GET / HTTP/1.1\r\nHost: x"))["Strict-Transport-Security"]);
            using var open = new TcpClient();
            await open.ConnectAsync(_address.Host, _address.Port);
            await using var tls = Unverified(open);
            await tls.AuthenticateAsClientAsync("localhost");
            await tls.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n"u8.ToArray()); // A request that has begun when nginx reads it.

            var (certificate, key) = SelfSigned.Write(_run, "next");
            File.Move(key, old.KeyFile, overwrite: true);
            await Infrastructure.Eventually.TrueAsync(
                () => _said.Any(line => line.Contains("key values mismatch", StringComparison.Ordinal)),
                "half of it is looked at");
            File.Move(certificate, old.CertificateFile, overwrite: true);
            await Infrastructure.Eventually.TrueAsync(
                async () => await IssuerAsync() == "CN=localhost", "it has the new certificate");

            await tls.WriteAsync("Connection: close\r\n\r\n"u8.ToArray());
            Assert.StartsWith("HTTP/1.1 200", await new StreamReader(tls).ReadToEndAsync());
        });
    }

    private async Task WhileItRunsAsync(string certificate, string key, string profile, Func<Task> work)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var start = new ProcessStartInfo("/bin/sh", [Path.Combine(Repository.Root, "deploy", "nginx", "start.sh")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in new[]
        {
            ("PATH", "/usr/sbin:" + Environment.GetEnvironmentVariable("PATH")), ("RUN_DIR", _run.Of("edge")),
            ("CONFIGURATION", Path.Combine(Repository.Root, "nginx")),
            ("FOLLOW_SECONDS", "0.2"), ("EDGE_PORT", $"{_address.Port}"), ("CERT", certificate), ("KEY", key),
            ("TLS_PROFILE", profile),
            ("REPLICA_COUNT", "1"), ("REPLICA_ADDRESS", "http://127.0.0.{0}:1"), ("CONTROLLER", "127.0.0.1:1"),
            ("EDGE_SECRET", "a-secret-for-tests-0123"),
        })
        {
            start.Environment[name] = value;
        }

        using var edge = Process.Start(start)!;
        edge.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        edge.BeginErrorReadLine();
        edge.BeginOutputReadLine();
        try
        {
            await Infrastructure.Eventually.TrueAsync(async () => await IssuerAsync() is not null, "it answers");
            await work();
        }
        finally
        {
            UnixSignals.Send(edge.Id, UnixSignals.Term);
            await edge.WaitForExitAsync();
        }
    }

    private static SslStream Unverified(TcpClient client)
    {
#pragma warning disable CA5359 // Which certificate it is, is what is tested.
        return new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
    }

    /// <summary>Who has signed the certificate that is offered; null if nobody listens.</summary>
    private async Task<string?> IssuerAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(_address.Host, _address.Port);
            await using var tls = Unverified(client);
            await tls.AuthenticateAsClientAsync("localhost");
            return tls.RemoteCertificate!.Issuer;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }

    /// <summary>The protocol that is agreed on by a client that has these; null if none is.</summary>
    private async Task<SslProtocols?> ProtocolAsync(SslProtocols offered)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_address.Host, _address.Port);
        await using var tls = Unverified(client);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = offered });
            return tls.SslProtocol;
        }
        catch (AuthenticationException)
        {
            return null;
        }
    }
}

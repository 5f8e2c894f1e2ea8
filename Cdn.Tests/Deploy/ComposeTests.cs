using System.Net;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Cdn.Hosting.Nginx.Certificates;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary>The compose file, brought up for real: our images upon stand-ins for the public ones.</summary>
[SupportedOSPlatform("linux")]
public sealed class ComposeTests
{
    private const string Project = "cdn-test";

    [Fact]
    public async Task Compose_BringsUpACdn_ThatServesOverHttp2()
    {
        var (podman, why) = await Podman.StartAsync();
        Assert.SkipWhen(podman is null, why);
        await using var _ = podman;
        using var videos = new TemporaryFolder();
        using var own = new TemporaryFolder();
        var film = videos.Write("a folder/film.mp4", 3_000_000);
        await BuildAsync(podman, own);
        var port = FreePort();
        (string, string)[] settings =
        [
            ("VIDEO_DIR", videos.Path), ("CERTS", CertificatesFor(own)), ("EDGE_PORT", $"{port}"), ("CDN_KEY_FILE", KeyFile(own)), ("OPERATOR_KEY_FILE", KeyFile(own)),
        ];

        try
        {
            await podman.ComposeAsync(Project, settings, "up", "--detach", "--no-build");
            using var client = Client(own, port);
            await Eventually.TrueAsync(
                async () => (await client.GetAsync("/video/a%20folder/film.mp4")).IsSuccessStatusCode, "the video is served");

            foreach (var replica in (string[])["replica-0", "replica-1"])
            {
                await Eventually.TrueAsync(
                    async () => (await client.GetAsync($"/{replica}/video/a%20folder/film.mp4")) is { IsSuccessStatusCode: true } answer
                        && answer.Headers.GetValues("Cache-Status").Single() == $"{replica}; hit",
                    $"{replica} holds it");
            }

            using var response = await client.GetAsync("/video/a%20folder/film.mp4");
            Assert.Equal(HttpVersion.Version20, response.Version);
            Assert.StartsWith("/replica-", response.RequestMessage!.RequestUri!.AbsolutePath);
            Assert.Equal(film, await response.Content.ReadAsByteArrayAsync());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{e.Message}\n{await LogsAsync(podman)}", e);
        }
        finally
        {
            await podman.ComposeAsync(Project, settings, "down", "--volumes", "--timeout", "1");
        }
    }

    /// <summary>Builds with the project's own Dockerfiles; what their SDK stage would make is what this test run was built with.</summary>
    private static async Task BuildAsync(Podman podman, TemporaryFolder own)
    {
        await StandInImage.CreateRuntimeAsync(podman, "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled");
        await podman.CreateNginxAsync();
        await podman.RunAsync("build", "--pull=never", "--file", "deploy/nginx.Dockerfile", "--tag", "cdn-edge", Repository.Root);
        foreach (var service in (string[])["Origin", "Replica", "Controller"])
        {
            var built = own.Of(service);
            Directory.CreateDirectory(Path.Combine(built, "out", "data"));
            Copy(Path.GetDirectoryName(Repository.AssemblyOf($"Cdn.{service}"))!, Path.Combine(built, "out", "app"));
            File.Move(Path.Combine(built, "out", "app", $"Cdn.{service}"), Path.Combine(built, "out", "app", "service"));
            await podman.RunAsync(
                "build", "--pull=never", "--file", "deploy/service.Dockerfile", "--build-arg", $"SERVICE=Cdn.{service}", "--build-context", $"build={built}",
                "--tag", $"cdn-{service.ToLowerInvariant()}", own.Path);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string CertificatesFor(TemporaryFolder own)
    {
        var certificate = DevelopmentCertificate.In(own.Of("certs"));
        DevelopmentCertificate.EnsureIfWanted(certificate);
        File.SetUnixFileMode(certificate.KeyFile, (UnixFileMode)0b110_100_100); // The edge is not root.
        return own.Of("certs");
    }

    private static string KeyFile(TemporaryFolder own)
    {
        File.WriteAllText(own.Of("key"), "a key for this test alone\n");
        return own.Of("key");
    }

    private static HttpClient Client(TemporaryFolder own, int port)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(own.Of("certs", "ca.crt")));
        return new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } })
        {
            BaseAddress = new Uri($"https://localhost:{port}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> LogsAsync(Podman podman)
    {
        var names = (await podman.RunAsync("ps", "--all", "--format", "{{.Names}} {{.Status}}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith(Project, StringComparison.Ordinal));
        var logs = await Task.WhenAll(names.Select(async name => $"== {name}\n{await podman.RunAsync("logs", "--tail", "12", name.Split(' ')[0])}"));
        return string.Join('\n', logs);
    }
}

using System.Net;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting.Nginx.Certificates;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary>A CDN out of a compose file, with a video, a certificate and a key of its own.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ComposedCdn(Podman podman, string file) : IDisposable
{
    private const string Project = "cdn-test";

    private readonly TemporaryFolder _videos = new();
    private readonly TemporaryFolder _own = new();

    /// <summary>A free port, for the edge.</summary>
    public int Port { get; } = FreePort();

    /// <summary>
    /// Builds the images, brings it up, and sees that each replica serves the video, by itself and through the redirect.
    /// </summary>
    /// <param name="replicas">The names of the replicas.</param>
    /// <param name="settings">What this file takes beside the folders and the key.</param>
    public async Task ServesAsync(string[] replicas, params (string, string)[] settings)
    {
        var film = _videos.Write("a folder/film.mp4", 3_000_000);
        await BuildAsync();
        (string, string)[] all =
        [
            ("VIDEO_DIR", _videos.Path), ("CERTS", Certificates()), ("CDN_KEY_FILE", KeyFile()),
            ("OPERATOR_KEY_FILE", KeyFile()), ("EDGE_SECRET_FILE", KeyFile()), .. settings
        ];
        try
        {
            await podman.ComposeAsync(file, Project, all, "up", "--detach", "--no-build");
            using var client = Client();
            await Eventually.TrueAsync(
                async () => (await client.GetAsync("/video/a%20folder/film.mp4")).IsSuccessStatusCode, "the video is served");

            foreach (var replica in replicas)
            {
                await Eventually.TrueAsync(
                    async () => (await client.GetAsync($"/{replica}/video/a%20folder/film.mp4")) is { IsSuccessStatusCode: true } answer
                        && answer.Headers.GetValues("Cache-Status").Single() == $"{replica}; hit",
                    $"{replica} holds it");
            }

            // As long as the controller takes its time to start, nginx serves from any replica itself.
            await Eventually.TrueAsync(
                async () =>
                {
                    using var response = await client.GetAsync("/video/a%20folder/film.mp4");
                    Assert.Equal(HttpVersion.Version20, response.Version);
                    Assert.Equal(film, await response.Content.ReadAsByteArrayAsync());
                    return replicas.Contains(response.RequestMessage!.RequestUri!.Segments[1].TrimEnd('/'));
                },
                "the controller steers to a replica");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{e.Message}\n{await LogsAsync()}", e);
        }
        finally
        {
            await podman.ComposeAsync(file, Project, all, "down", "--volumes", "--timeout", "1");
        }
    }

    public void Dispose()
    {
        _videos.Dispose();
        _own.Dispose();
    }

    /// <summary>
    /// Builds with the project's own Dockerfiles; what their SDK stage would make is what this test run was built with.
    /// </summary>
    private async Task BuildAsync()
    {
        await StandInImage.CreateRuntimeAsync(podman, "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled");
        await podman.CreateNginxAsync();
        await podman.RunAsync("build", "--pull=never", "--file", "deploy/nginx.Dockerfile", "--tag", "cdn-edge", Repository.Root);
        foreach (var service in (string[])["Origin", "Replica", "Controller"])
        {
            var built = _own.Of(service);
            Directory.CreateDirectory(Path.Combine(built, "out", "data"));
            Copy(Path.GetDirectoryName(Repository.AssemblyOf($"Cdn.{service}"))!, Path.Combine(built, "out", "app"));
            File.Move(Path.Combine(built, "out", "app", $"Cdn.{service}"), Path.Combine(built, "out", "app", "service"));
            await podman.RunAsync(
                "build", "--pull=never", "--file", "deploy/service.Dockerfile", "--build-arg", $"SERVICE=Cdn.{service}", "--build-context", $"build={built}",
                "--tag", $"cdn-{service.ToLowerInvariant()}", _own.Path);
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

    private string Certificates()
    {
        var certificate = DevelopmentCertificate.In(_own.Of("certs"));
        DevelopmentCertificate.Ensure(certificate);
        File.SetUnixFileMode(certificate.KeyFile, (UnixFileMode)0b110_100_100); // The edge is not root.
        return _own.Of("certs");
    }

    private string KeyFile()
    {
        File.WriteAllText(_own.Of("key"), "a-key-for-this-test-alone\n");
        return _own.Of("key");
    }

    private HttpClient Client()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(_own.Of("certs", "ca.crt")));
        return new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } })
        {
            BaseAddress = new Uri($"https://localhost:{Port}"),
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

    private async Task<string> LogsAsync()
    {
        var names = (await podman.RunAsync("ps", "--all", "--format", "{{.Names}} {{.Status}}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith(Project, StringComparison.Ordinal));
        var logs = await Task.WhenAll(
            names.Select(async name => $"== {name}\n{await podman.RunAsync("logs", name.Split(' ')[0])}"));
        return string.Join('\n', logs);
    }
}

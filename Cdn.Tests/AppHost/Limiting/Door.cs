using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Cdn.AppHost.Edge;
using Cdn.AppHost.Limiting;
using Cdn.Tests.Infrastructure;
using Cdn.Tests.Nginx;

namespace Cdn.Tests.AppHost.Limiting;

/// <summary>nginx alone, as an AppHost configures it, before the store of a replica. No service is behind it.</summary>
internal sealed class Door : IAsyncDisposable
{
    /// <summary>A video of 64 MiB, of nothing.</summary>
    public const string Film = "/replica1/video/film.mp4";

    /// <summary>A video of a thousand bytes.</summary>
    public const string Small = "/replica1/video/small.ts";

    private readonly TemporaryFolder _run = new();
    private readonly List<IDisposable> _open = [];
    private readonly int _port = ServiceProcess.FreePort();
    private Process _nginx = null!;

    private Door()
    {
    }

    private string Log => _run.Of("limited.log");

    public static async Task<Door> OpenAsync(EdgeLimits limits)
    {
        StartsProcessesAttribute.Demand();
        var door = new Door();
        try
        {
            await door.StartAsync(limits);
            return door;
        }
        catch
        {
            await door.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client at an address of this machine: 127.0.0.1, 127.0.0.2 and so on.</summary>
    public HttpClient ClientAt(string address)
    {
        var handler = LocalHttp.Handler(TestCertificate.AuthorityFile);
        handler.AllowAutoRedirect = false;
        handler.ConnectCallback = async (_, cancellationToken) => new NetworkStream(
            await ConnectAsync(address, cancellationToken), ownsSocket: true);
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://localhost:{_port}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _open.Add(client);
        return client;
    }

    /// <summary>Asks for the film on so many connections, and reads nothing but how the answers begin.</summary>
    /// <returns>Their statuses. Those that are 200 stay under way.</returns>
    public async Task<IReadOnlyList<int>> HoldAsync(string address, int count)
    {
        var statuses = new List<int>();
        for (var i = 0; i < count; i++)
        {
            var socket = await ConnectAsync(address, TestContext.Current.CancellationToken);
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            _open.Add(tls);
            await tls.AuthenticateAsClientAsync(LocalHttp.Options(TestCertificate.AuthorityFile));
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET {Film} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            var head = new byte["HTTP/1.1 200".Length];
            await tls.ReadExactlyAsync(head);
            statuses.Add(int.Parse(Encoding.ASCII.GetString(head)[^3..], CultureInfo.InvariantCulture));
        }

        return statuses;
    }

    /// <summary>Bytes of memory of all of nginx's workers.</summary>
    public long WorkerMemory() => File.ReadAllText($"/proc/{_nginx.Id}/task/{_nginx.Id}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Sum(worker => 1024 * File.ReadLines($"/proc/{worker}/status")
            .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture))
            .Single());

    /// <summary>Waits until nginx has logged that a limit was met.</summary>
    public Task HasLoggedAsync(string kind) =>
        Eventually.TrueAsync(
            () => File.Exists(Log) && File.ReadAllLines(Log).Contains(kind), $"nginx logs that {kind} are limited");

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(one => one.Dispose());
        if (_nginx is not null)
        {
            UnixSignals.Send(_nginx.Id, UnixSignals.Term);
            await _nginx.WaitForExitAsync();
            _nginx.Dispose();
        }

        _run.Dispose();
    }

    private async Task StartAsync(EdgeLimits limits)
    {
        _run.Write("store/names/small.ts", 1000);
        await using (var film = File.Create(_run.Of("store", "names", "film.mp4")))
        {
            film.SetLength(64 * 1024 * 1024);
        }

        Directory.CreateDirectory(_run.Of("store", "door"));
        Directory.CreateDirectory(_run.Of("generated"));
        Directory.CreateDirectory(_run.Of("temp"));
        Directory.CreateSymbolicLink(_run.Of("store", "door", "names"), _run.Of("store", "names"));
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "nginx"), "*.conf"))
        {
            File.Copy(file, _run.Of(Path.GetFileName(file)));
        }

        var certificate = new NginxCertificate(TestCertificate.CertificateFile, TestCertificate.KeyFile, MakeIfMissing: false);
        Generate(
            "listen.conf",
            new ListenConfiguration(_port, "0.0.0.0", certificate, null, limits.SendBuffer).Write(await LocalNginx.BuildAsync()));
        Generate("hsts.conf", TlsConfiguration.WriteHsts(isProduction: false));
        Generate("claims.conf", EdgeExtensions.Claims("a-secret-for-tests-0123"));
        Generate("upstreams.conf", UpstreamConfiguration.Write(
            [("controller", "127.0.0.1:1"), ("replica1", "127.0.0.1:1"), ("replicas", "127.0.0.1:1")]));
        Generate("replicas.conf", ReplicaLocations.Write([new EdgeReplica("replica1", _run.Of("store"), _run.Of("served.log"))]));
        Generate("workers.conf", LimitFiles.Workers(limits, OpenFiles.Most()));
        Generate("limits.conf", LimitFiles.Limits(limits));
        Generate("newcomers.conf", LimitFiles.Newcomers(limits));
        Generate("limited.conf", LimitFiles.Limited(Log));

        _nginx = Process.Start(new ProcessStartInfo(
            LocalNginx.Path, ["-p", _run.Path, "-c", _run.Of("nginx.conf"), "-e", "stderr", "-g", "daemon off;"]))!;
        using var client = ClientAt("127.0.0.9");
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("/nothing")).StatusCode == HttpStatusCode.NotFound, "nginx answers");

        void Generate(string file, string text) => File.WriteAllText(_run.Of("generated", file), text);
    }

    private async Task<Socket> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        await socket.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
        return socket;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Servers;

/// <summary>The real CDN: its AppHost, with ports and folders of this run.</summary>
internal sealed partial class CdnServer : IAsyncDisposable
{
    /// <summary>Time for the AppHost to answer at all: 60 s, a bound for a broken one.</summary>
    private static readonly TimeSpan _startPatience = TimeSpan.FromSeconds(60);

    /// <summary>Time without any progress after which a fill is given up: 60 s.</summary>
    private static readonly TimeSpan _fillPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = LocalClient.Create();
    private readonly ServerProcess _appHost;
    private readonly Uri _controller;
    private readonly Uri[] _replicas;

    private CdnServer(ServerProcess appHost, string data, int edgePort, int controllerPort, int[] replicaPorts)
    {
        _appHost = appHost;
        (DataFolder, Processes) = (data, new CdnProcesses(data));
        Edge = new Uri($"https://127.0.0.1:{edgePort}/");
        _controller = Health(controllerPort);
        _replicas = [.. replicaPorts.Select(Health)];

        static Uri Health(int port) => new($"http://127.0.0.1:{port}/health");
    }

    /// <summary>
    /// For benchmarks in which one address asks for more than any household: the limits are counted as always, which has its
    /// cost, and are not met.
    /// </summary>
    public static (string Name, string Value)[] WideLimits { get; } =
    [
        ("LIMIT_CONNECTIONS", "100000"), ("LIMIT_REQUESTS", "1000000"), ("LIMIT_TOTAL", "100000"),
        ("LIMIT_CONNECTION_REQUESTS", "10000"),
        ("LIMIT_RATE", "0"),
    ];

    public ServerProcess AppHost => _appHost;

    /// <summary>Its <c>DATA_DIR</c>, with the stores <c>replica1</c> and <c>replica2</c>.</summary>
    public string DataFolder { get; }

    public Uri Edge { get; }

    /// <summary>Those whose CPU time counts.</summary>
    public CdnProcesses Processes { get; }

    public static async Task<CdnServer> StartAsync(
        string folder, string videos, ServerCertificate certificate, CancellationToken cancellationToken,
        params (string Name, string Value)[] settings)
    {
        var (edge, controller, replica1, replica2) = (Ports.Take(), Ports.Take(), Ports.Take(), Ports.Take());
        var data = Path.Combine(folder, "data");
        var appHost = ServerProcess.Start("dotnet", folder, [Repository.AppHost],
        [
            ("VIDEO_DIR", videos), ("DATA_DIR", data),
            ("EDGE_CERT", certificate.CertificateFile), ("EDGE_KEY", certificate.KeyFile),
            ("EDGE_PORT", $"{edge}"), ("CONTROLLER_PORT", $"{controller}"),
            ("ORIGIN_PORT", $"{Ports.Take()}"), ("REPLICA_PORT_1", $"{replica1}"), ("REPLICA_PORT_2", $"{replica2}"),
            ("DASHBOARD", "off"),    // it, and telemetry to it, are not what is measured
            .. settings,
        ]);
        var server = new CdnServer(appHost, data, edge, controller, [replica1, replica2]);
        try
        {
            await LocalClient.UntilAsync(
                async () => await server.HealthAsync(server._controller, cancellationToken) is not null, appHost, _startPatience, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until the controller has read in the inventories of both replicas that they hold just so many videos, all there
    /// are.
    /// </summary>
    /// <param name="videos">How many there have to be in the catalog and on each replica.</param>
    /// <param name="showProgress">Whether to say every few seconds how far it is.</param>
    public async Task UntilProvenAsync(int videos, bool showProgress, CancellationToken cancellationToken)
    {
        var (last, since, said) = ("", Environment.TickCount64, Environment.TickCount64);
        while (true)
        {
            // The controller compares catalog and inventories for every answer, so it is only asked once it can say yes.
            var counts = await CountsAsync(cancellationToken);
            if (counts.All(count => count == videos) && await IsProvenAsync(videos, cancellationToken))
            {
                return;
            }

            var text = string.Join(" and ", counts.Select(count => $"{count:N0}"));
            if (text != last)
            {
                (last, since) = (text, Environment.TickCount64);
            }

            if (_appHost.HasExited || Environment.TickCount64 - since > _fillPatience.TotalMilliseconds)
            {
                throw new InvalidOperationException(
                    $"The CDN does not get to {videos} videos on both replicas; they stay at {last}.\n{_appHost.Tail()}");
            }

            if (showProgress && Environment.TickCount64 - said > 5000)
            {
                said = Environment.TickCount64;
                Report.Note($"  cdn: {text} of {videos:N0} files are on the replicas");
            }

            await Task.Delay(_poll, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _appHost.DisposeAsync();
        _client.Dispose();
    }

    private async Task<bool> IsProvenAsync(int videos, CancellationToken cancellationToken)
    {
        var proven = Proven().Matches(await HealthAsync(_controller, cancellationToken) ?? "");
        return proven.Count >= _replicas.Length && proven.All(match => match.Groups[1].Value == $"{videos} of {videos}");
    }

    /// <summary>What each replica says that it has.</summary>
    private async Task<int[]> CountsAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(_replicas.Select(replica => HealthAsync(replica, cancellationToken)));
        return [.. answers.Select(answer => Held().Match(answer ?? "") is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : -1)];
    }

    /// <summary>Null while it does not answer.</summary>
    private async Task<string?> HealthAsync(Uri service, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetAsync(service, cancellationToken);
            return await answer.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>As the controller says it, of each replica.</summary>
    [GeneratedRegex(@"(\d+ of \d+) videos on replica\d+")]
    private static partial Regex Proven();

    /// <summary>As a replica says it.</summary>
    [GeneratedRegex(@"(\d+) videos,")]
    private static partial Regex Held();
}

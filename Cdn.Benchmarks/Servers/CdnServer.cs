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
    private readonly Uri _health;

    private CdnServer(ServerProcess appHost, string data, int edgePort, int controllerPort)
    {
        _appHost = appHost;
        DataFolder = data;
        Edge = new Uri($"https://127.0.0.1:{edgePort}/");
        _health = new Uri($"http://127.0.0.1:{controllerPort}/health");
    }

    public ServerProcess AppHost => _appHost;

    /// <summary>Its <c>DATA_DIR</c>, with the stores <c>replica1</c> and <c>replica2</c>.</summary>
    public string DataFolder { get; }

    public Uri Edge { get; }

    public static async Task<CdnServer> StartAsync(
        string folder, string videos, ServerCertificate certificate, CancellationToken cancellationToken,
        params (string Name, string Value)[] settings)
    {
        var (edge, controller) = (Ports.Take(), Ports.Take());
        var data = Path.Combine(folder, "data");
        var appHost = ServerProcess.Start("dotnet", folder, [Repository.AppHost],
        [
            ("VIDEO_DIR", videos), ("DATA_DIR", data),
            ("EDGE_CERT", certificate.CertificateFile), ("EDGE_KEY", certificate.KeyFile),
            ("EDGE_PORT", $"{edge}"), ("CONTROLLER_PORT", $"{controller}"),
            ("ORIGIN_PORT", $"{Ports.Take()}"), ("REPLICA_PORT_1", $"{Ports.Take()}"), ("REPLICA_PORT_2", $"{Ports.Take()}"),
            ("ASPIRE_CLI_PATH", "/nonexistent/aspire"),    // a dashboard, and telemetry to it, are not what is measured
            .. settings,
        ]);
        var server = new CdnServer(appHost, data, edge, controller);
        try
        {
            await LocalClient.UntilAsync(
                async () => await server.ProvenAsync(cancellationToken) is not null, appHost, _startPatience, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the controller has read in the inventories of both replicas that they hold just so many videos, all there are.</summary>
    /// <param name="videos">How many there have to be in the catalog and on each replica.</param>
    /// <param name="showProgress">Whether to say every few seconds how far it is.</param>
    public async Task UntilProvenAsync(int videos, bool showProgress, CancellationToken cancellationToken)
    {
        var (last, since, said) = ("", Environment.TickCount64, Environment.TickCount64);
        while (true)
        {
            var proven = await ProvenAsync(cancellationToken);
            var text = string.Join(", ", proven ?? []);
            if (proven is [var one, var two] && one == two && one == $"{videos} of {videos}")
            {
                return;
            }

            if (text != last)
            {
                (last, since) = (text, Environment.TickCount64);
            }

            if (_appHost.HasExited || Environment.TickCount64 - since > _fillPatience.TotalMilliseconds)
            {
                throw new InvalidOperationException(
                    $"The CDN does not get to {videos} videos on both replicas; it stays at {last}.\n{_appHost.Tail()}");
            }

            if (showProgress && Environment.TickCount64 - said > 5000)
            {
                said = Environment.TickCount64;
                Report.Note($"  filling: {text} videos on replica1, replica2");
            }

            await Task.Delay(_poll, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _appHost.DisposeAsync();
        _client.Dispose();
    }

    /// <summary>"3 of 10" for each replica, as the controller says it; null while it does not answer.</summary>
    private async Task<string[]?> ProvenAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetAsync(_health, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return [.. Proven().Matches(text).Select(match => match.Groups[1].Value)];
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(\d+ of \d+) videos on replica\d+")]
    private static partial Regex Proven();
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdn.Tests.EndToEnd;

/// <summary>The whole CDN, as its AppHost declares it: real processes, a real nginx, free ports, folders of its own.</summary>
public sealed class CdnApp : IAsyncDisposable
{
    /// <summary>Time for the CDN to become healthy: 120 s, a bound for a broken one.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder? _ownVideos;
    private readonly ConcurrentBag<HttpClient> _clients = [];
    private int _connections;

    private CdnApp(DistributedApplication app, TemporaryFolder data, string videoDir, TemporaryFolder? ownVideos)
    {
        (App, Data, VideoDir, _ownVideos) = (app, data, videoDir, ownVideos);
        Client = CreateClient();
        Address = app.GetEndpoint("edge", "https");
    }

    public DistributedApplication App { get; }

    /// <summary>Its <c>DATA_DIR</c>.</summary>
    public TemporaryFolder Data { get; }

    public string VideoDir { get; }

    /// <summary>Its <c>VIDEO_DIR</c>, for a test that changes it.</summary>
    public TemporaryFolder Videos => _ownVideos!;

    /// <summary>
    /// A client that follows redirects, speaks HTTP/2 and nothing else, and trusts the development authority only.
    /// </summary>
    public HttpClient Client { get; }

    /// <summary>Connections that <see cref="Client"/> and its siblings have opened.</summary>
    public int Connections => _connections;

    /// <summary>The edge, from outside.</summary>
    public Uri Address { get; }

    /// <summary>Starts the CDN on its sample videos.</summary>
    public static Task<CdnApp> StartWithSamplesAsync() =>
        StartAsync(Path.Combine(Repository.Root, "videos"), null, _ => { });

    /// <summary>Starts the CDN on a folder that belongs to somebody else.</summary>
    /// <param name="videoDir">Its <c>VIDEO_DIR</c>.</param>
    /// <param name="settings">More settings of the AppHost, as <c>--NAME=value</c>.</param>
    public static Task<CdnApp> StartAsync(string videoDir, params string[] settings) => StartAsync(videoDir, null, _ => { }, settings);

    /// <summary>The same, after something was done to its model.</summary>
    public static Task<CdnApp> StartAsync(
        string videoDir, Action<IDistributedApplicationTestingBuilder> configure, params string[] settings) =>
        StartAsync(videoDir, null, configure, settings);

    /// <summary>Starts the CDN on a folder of the test's own.</summary>
    public static Task<CdnApp> StartAsync(
        Action<TemporaryFolder> fill, Action<IDistributedApplicationTestingBuilder>? configure = null, params string[] settings)
    {
        var videos = new TemporaryFolder();
        fill(videos);
        return StartAsync(videos.Path, videos, configure ?? (_ => { }), settings);
    }

    /// <summary>Starts the CDN, and returns when its door is open, whatever is missing.</summary>
    /// <param name="fill">Makes its videos.</param>
    /// <param name="settings">More settings of the AppHost, as <c>--NAME=value</c>.</param>
    public static Task<CdnApp> OpenAsync(Action<TemporaryFolder> fill, params string[] settings)
    {
        var videos = new TemporaryFolder();
        fill(videos);
        return OpenAsync(videos.Path, videos, _ => { }, settings);
    }

    public HttpClient CreateClient(bool followRedirects = true)
    {
        var handler = LocalHttp.Handler(TestCertificate.AuthorityFile);
        handler.AllowAutoRedirect = followRedirects;
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            Interlocked.Increment(ref _connections);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        var client = new HttpClient(handler)
        {
            BaseAddress = App.GetEndpoint("edge", "https"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(60),
        };
        _clients.Add(client);
        return client;
    }

    /// <summary>Asks the operator's API, through nginx.</summary>
    public async Task<HttpResponseMessage> OperateAsync(HttpMethod method, string path, object? body = null, bool withKey = true)
    {
        var model = App.Services.GetRequiredService<DistributedApplicationModel>();
        var key = (ParameterResource)model.Resources.Single(resource => resource.Name == "operator-key");
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = withKey ? new("Bearer", await key.GetValueAsync(CancellationToken.None)) : null;
        request.Content = body is null ? null : JsonContent.Create(body);
        return await Client.SendAsync(request);
    }

    /// <summary>Runs a command of a resource, as the dashboard does.</summary>
    public async Task RunAsync(string resource, string command)
    {
        var result = await App.ResourceCommands.ExecuteCommandAsync(resource, command);
        Assert.True(result.Success, result.Message);
    }

    /// <summary>
    /// kill -9 of a resource's process, and waits until the orchestrator has noticed and there is another in its place.
    /// </summary>
    public async Task KillAsync(string resource)
    {
        var killed = ProcessIdOf(resource);
        ProcessTable.Kill(killed, UnixSignals.Kill);
        await Eventually.TrueAsync(() => FindProcess(resource) is { } other && other != killed, $"{resource} is started again");
    }

    /// <summary>Waits until a resource that was down is healthy, and everything is proven again.</summary>
    public async Task IsBackAsync(string resource, TimeSpan? atMost = null)
    {
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.WaitOnResourceUnavailable);
        await IsHealthyAsync(atMost);
    }

    public int ProcessIdOf(string resource) => FindProcess(resource) ?? throw new InvalidOperationException($"{resource} has no process.");

    private int? FindProcess(string resource) =>
        App.ResourceNotifications.TryGetCurrentState(resource, out var state) && state.Snapshot.State?.Text == KnownResourceStates.Running
            ? state.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value as int?
            : null;

    /// <summary>Waits until the controller says that everything is proven on every replica.</summary>
    /// <param name="atMost">A bound for a broken one; if there is very much to fill it is longer than the usual one.</param>
    public async Task IsHealthyAsync(TimeSpan? atMost = null)
    {
        using var controller = App.CreateHttpClient("controller", "http");
        await Eventually.TrueAsync(
            async () => (await controller.GetAsync("/health")).IsSuccessStatusCode, "the controller is healthy", atMost);
    }

    /// <summary>What the controller says of its health.</summary>
    public async Task<string> HealthTextAsync()
    {
        using var controller = App.CreateHttpClient("controller", "http");
        return await (await controller.GetAsync("/health")).Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        Data.Dispose();
        _ownVideos?.Dispose();
    }

    /// <summary>The door is open before everything is everywhere; most tests begin when it is.</summary>
    private static async Task<CdnApp> StartAsync(
        string videoDir, TemporaryFolder? ownVideos, Action<IDistributedApplicationTestingBuilder> configure, params string[] settings)
    {
        var cdn = await OpenAsync(videoDir, ownVideos, configure, settings);
        await cdn.IsHealthyAsync();
        return cdn;
    }

    private static async Task<CdnApp> OpenAsync(
        string videoDir, TemporaryFolder? ownVideos, Action<IDistributedApplicationTestingBuilder> configure, params string[] settings)
    {
        StartsProcessesAttribute.Demand();
        var data = new TemporaryFolder();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Cdn_AppHost>(
            
            [
                $"--VIDEO_DIR={videoDir}",
                $"--DATA_DIR={data.Path}",
                "--EDGE=process",
                $"--EDGE_CERT={TestCertificate.CertificateFile}",
                $"--EDGE_KEY={TestCertificate.KeyFile}",
                "--DASHBOARD=off",
                "--LIMIT_REQUESTS=100000", // One address stands for all viewers.
                "--LIMIT_CONNECTIONS=10000",
                .. settings,
            ]);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Cdn.AppHost.Resources", LogLevel.None));
        configure(builder);
        var app = await builder.BuildAsync();
        await app.StartAsync();
        using var patience = new CancellationTokenSource(StartPatience);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("edge", patience.Token);
        return new CdnApp(app, data, videoDir, ownVideos);
    }
}

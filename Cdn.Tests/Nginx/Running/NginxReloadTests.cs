using System.Diagnostics;
using System.Net;
using Aspire.Hosting.Nginx.Programs;
using Aspire.Hosting.Nginx.Running;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Tests.Nginx.Running;

/// <summary>A real nginx of this machine, started as the orchestrator would, which reads its configuration anew.</summary>
[StartsProcesses]
public sealed class NginxReloadTests : IAsyncLifetime
{
    private const string Text = """
        worker_processes 2;
        pid nginx.pid;
        events { }
        http {
            access_log off;
            client_body_temp_path temp/client;
            proxy_temp_path temp/proxy;
            fastcgi_temp_path temp/fastcgi;
            uwsgi_temp_path temp/uwsgi;
            scgi_temp_path temp/scgi;
            include generated/upstreams.conf;
            server {
                include generated/listen.conf;
                location / { return 200 ANSWER; }
            }
        }
        """;

    private readonly NginxModel _model = new(FreePort());
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 8 });
    private Process? _nginx;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs nginx");
        Write("one");
        _model.Nginx.RunAsExecutable().WithConfiguration(_model.Folder.Of("conf", "nginx.conf"));
        await _model.PrepareAsync();
        _nginx = Process.Start(new ProcessStartInfo(LocalNginx.Path, await _model.ArgumentsAsync()))!;
        _http.BaseAddress = new Uri($"http://127.0.0.1:{_model.Nginx.Resource.PrimaryAnnotation.Port}");
        await Infrastructure.Eventually.TrueAsync(async () => await _http.GetStringAsync("/") == "one", "nginx answers");
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            using var stop = Process.Start(
                LocalNginx.Path, ["-p", _model.Run, "-c", Path.Combine(_model.Run, "nginx.conf"), "-e", "stderr", "-s", "stop"]);
            await _nginx.WaitForExitAsync();
            _nginx.Dispose();
        }

        _http.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Reload_UnderLoad_FailsNoRequest_AndIsSeen()
    {
        using var enough = new CancellationTokenSource();
        var viewers = Enumerable.Range(0, 8).Select(_ => AskOnAndOnAsync(enough.Token)).ToList();
        foreach (var answer in (string[])["two", "three", "four"])
        {
            Write(answer);
            Assert.Null(await Reload.ReloadAsync(TestContext.Current.CancellationToken));
            await Infrastructure.Eventually.TrueAsync(
                async () => await _http.GetStringAsync("/") == answer, $"nginx answers {answer}");
        }

        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(viewers), answered => Assert.True(answered > 0));
    }

    [Fact]
    public async Task Reload_OfWhatNginxDoesNotTake_ChangesNothing_AndSaysWhy()
    {
        Write("two; nonsense");

        var failure = await Reload.ReloadAsync(TestContext.Current.CancellationToken);

        Assert.Contains("unknown directive \"nonsense\"", failure);
        Assert.Equal("one", await _http.GetStringAsync("/"));
        Assert.DoesNotContain("nonsense", _model.Written("nginx.conf")); // A restart starts from what was well.
    }

    [Fact]
    public async Task Watch_OfAFileThatChanges_HasItReadAnew()
    {
        var notifications = _model.Services.GetRequiredService<ResourceNotificationService>();
        await notifications.PublishUpdateAsync(_model.Modelled, state => state with { State = KnownResourceStates.Running });
        using var watch = new NginxWatch(_model.Nginx.Resource, Reload, notifications, TimeProvider.System);
        await watch.StartAsync(TestContext.Current.CancellationToken);

        Write("two");

        await Infrastructure.Eventually.TrueAsync(async () => await _http.GetStringAsync("/") == "two", "the change is seen");
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Logs_ThatHaveGrown_ArePutAside_AndBegunAnew()
    {
        var log = Path.Combine(_model.Run, "access.log");
        using (var file = File.Create(log))
        {
            file.SetLength(NginxLogRotation.MaxLength);
        }

        var control = _model.Services.GetRequiredKeyedService<NginxControl>(_model.Nginx.Resource);
        using var rotation = new NginxLogRotation(
            _model.Nginx.Resource, control, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await rotation.RotateAsync(TestContext.Current.CancellationToken);

        Assert.True(File.Exists(log + ".1"));
        Assert.False(File.Exists(log)); // This configuration writes none; one that does has it opened anew.
    }

    private NginxReload Reload => _model.Services.GetRequiredKeyedService<NginxReload>(_model.Nginx.Resource);

    private void Write(string answer) =>
        _model.Folder.Write("conf/nginx.conf", System.Text.Encoding.UTF8.GetBytes(Text.Replace("ANSWER", answer)));

    /// <summary>
    /// Asks until it is enough; a request that fails is an exception. Each has a connection of its own: one that is kept may be
    /// closed by a worker that ends, in the moment in which the next request is on its way, and whoever keeps connections has to
    /// be ready for that (RFC 9112, 9.5).
    /// </summary>
    private async Task<int> AskOnAndOnAsync(CancellationToken enough)
    {
        for (var answered = 0; ; answered++)
        {
            if (enough.IsCancellationRequested)
            {
                return answered;
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { ConnectionClose = true } };
            using var response = await _http.SendAsync(request, CancellationToken.None);
            response.EnsureSuccessStatusCode();
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

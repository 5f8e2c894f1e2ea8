using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Cdn.Tests.Infrastructure;

/// <summary>One service of the CDN as a real process on a free port of the loopback interface.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>The key that all services of the tests share.</summary>
    public const string Key = "a-key-for-tests-0123456789";

    private readonly string _project;
    private readonly Dictionary<string, string> _settings;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    private ServiceProcess(string project, Dictionary<string, string> settings)
    {
        (_project, _settings) = (project, settings);
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        Authorized = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        Authorized.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public Uri Address { get; }

    /// <summary>Talks to the service as anybody could.</summary>
    public HttpClient Http { get; }

    /// <summary>Talks to the service with the shared key.</summary>
    public HttpClient Authorized { get; }

    /// <summary>A command that runs the service, with what comes after it; none if it is run as it is.</summary>
    public string[] Through { get; set; } = [];

    public int ProcessId => _process!.Id;

    public string Log => string.Join('\n', _log);

    /// <summary>A service that is not started yet, but has its address; for those that have to know each other.</summary>
    public static ServiceProcess Create(string project, params (string Key, string Value)[] settings) =>
        new(project, settings.ToDictionary(setting => setting.Key, setting => setting.Value));

    /// <summary>Changes a setting, for the next start.</summary>
    public void Set(string key, string value) => _settings[key] = value;

    /// <summary>Starts a service and waits until it answers.</summary>
    public static async Task<ServiceProcess> StartAsync(string project, params (string Key, string Value)[] settings)
    {
        var service = new ServiceProcess(project, settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        await service.StartAsync();
        return service;
    }

    /// <summary>Runs a service that is expected to end by itself, and returns its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Log)> RunToEndAsync(string project, params (string Key, string Value)[] settings)
    {
        await using var service = new ServiceProcess(project, settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        service.Launch();
        await service._process!.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        service._process.WaitForExit();
        return (service._process.ExitCode, service.Log);
    }

    /// <summary>Starts the service (again), on the same port and with the same settings.</summary>
    public async Task StartAsync()
    {
        Launch();
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(_process!.HasExited, $"{_project} ended at its start:\n{Log}");
                using var response = await Http.GetAsync("/alive");
                return response.IsSuccessStatusCode;
            },
            $"{_project} answers");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    public async Task StopAsync()
    {
        Assert.True(UnixSignals.Send(ProcessId, UnixSignals.Term));
        await _process!.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        Http.Dispose();
        Authorized.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Launch()
    {
        StartsProcessesAttribute.Demand();
        string[] command = [.. Through, "dotnet", Repository.AssemblyOf(_project)];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["CDN_KEY"] = Key;
        foreach (var (key, value) in _settings)
        {
            start.Environment[key] = value;
        }

        _process?.Dispose();
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Origin;

/// <summary>An origin alone, on a folder of this run.</summary>
internal sealed class OriginServer : IAsyncDisposable
{
    private const string Key = "a-key-for-benchmarks-0123456789";

    /// <summary>Time for anything that is measured: 10 min, a bound for a broken origin.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(5);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(2) };
    private readonly ServerProcess _process;

    private OriginServer(ServerProcess process, int port)
    {
        _process = process;
        _client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>Starts it; without inotify in a user namespace that has no instances of it.</summary>
    public static OriginServer Start(string folder, string videos, string state, bool withEvents = true)
    {
        var port = Ports.Take();
        var assembly = Repository.Program("Cdn.Origin");
        (string, string)[] settings =
        [
            ("VIDEO_DIR", videos), ("STATE_DIR", state), ("CDN_KEY", Key), ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"), ("HASH_CONCURRENCY", "1"),
        ];
        var process = withEvents
            ? ServerProcess.Start("dotnet", folder, [assembly], settings)
            : ServerProcess.Start(
                "unshare", folder, ["-r", "sh", "-c", "echo 0 > /proc/sys/user/max_inotify_instances; exec dotnet \"$0\"", assembly], settings);
        return new OriginServer(process, port);
    }

    /// <summary>Resident memory in bytes, once what is garbage is gone.</summary>
    public long Memory() => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Seconds until it is healthy.</summary>
    public Task<double> UntilReadyAsync(CancellationToken cancellationToken) => UntilAsync(
        async () => (await _client.GetAsync("health", cancellationToken)).IsSuccessStatusCode, cancellationToken);

    /// <summary>Seconds until so many files are known and none waits to be hashed.</summary>
    public Task<double> UntilKnownAsync(int files, CancellationToken cancellationToken) => UntilAsync(
        async () =>
        {
            var report = await ReportAsync(cancellationToken);
            var hashing = report.GetProperty("hashing");
            return report.GetProperty("files").GetInt32() == files
                && hashing.GetProperty("waiting").GetInt32() + hashing.GetProperty("running").GetInt32() == 0;
        },
        cancellationToken);

    /// <summary>Seconds until a video can be had.</summary>
    public Task<double> UntilPublishedAsync(string name, CancellationToken cancellationToken) => UntilAsync(
        async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, $"video/{name}");
            using var response = await _client.SendAsync(request, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        },
        cancellationToken);

    public async Task<bool> IsPublishedAsync(string name, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"video/{name}");
        using var response = await _client.SendAsync(request, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    public async Task<JsonElement> ReportAsync(CancellationToken cancellationToken)
    {
        using var answer = JsonDocument.Parse(await _client.GetStringAsync("folder", cancellationToken));
        return answer.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _client.Dispose();
    }

    private async Task<double> UntilAsync(Func<Task<bool>> isTrue, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await isTrue())
                {
                    return clock.Elapsed.TotalSeconds;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // It is not up yet.
            }

            if (clock.Elapsed > _patience)
            {
                throw new InvalidOperationException($"It does not come true.\n{_process.Tail()}");
            }

            await Task.Delay(_poll, cancellationToken);
        }
    }
}

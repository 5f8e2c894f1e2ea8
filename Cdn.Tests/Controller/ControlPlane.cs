using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller;

/// <summary>An origin, some replicas and one or two controllers as real processes that know each other; no nginx.</summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private const string OperatorKey = "an-operators-key-for-tests";

    private readonly TemporaryFolder _folder = new();

    private ControlPlane(int replicas, int controllers, (string Key, string Value)[] settings)
    {
        Origin = ServiceProcess.Create("Cdn.Origin", [("VIDEO_DIR", Videos.Path), ("STATE_DIR", _folder.Of("origin")), ("STABLE_FOR", "0.1"), .. settings]);
        Replicas = [.. Enumerable.Range(1, replicas).Select(number => ServiceProcess.Create(
            "Cdn.Replica", [("CACHE_DIR", CacheOf(number)), ("REPLICA_NAME", $"replica{number}"), .. settings]))];
        Controllers = [.. Enumerable.Range(1, controllers).Select(number => ServiceProcess.Create(
            "Cdn.Controller", [("STATE_DIR", _folder.Of($"controller{number}")), ("OPERATOR_KEY", OperatorKey), .. settings]))];
        foreach (var service in All)
        {
            service.Set("services__origin__http__0", Origin.Address.ToString());
            for (var i = 0; i < Replicas.Count; i++)
            {
                service.Set($"services__replica{i + 1}__http__0", Replicas[i].Address.ToString());
            }
        }
    }

    public ServiceProcess Origin { get; }

    public IReadOnlyList<ServiceProcess> Replicas { get; }

    public IReadOnlyList<ServiceProcess> Controllers { get; }

    public ServiceProcess Controller => Controllers[0];

    /// <summary>The origin's <c>VIDEO_DIR</c>.</summary>
    public TemporaryFolder Videos { get; } = new();

    private IEnumerable<ServiceProcess> All => [Origin, .. Replicas, .. Controllers];

    /// <summary>Starts it, and waits until every replica is proven to hold everything.</summary>
    public static async Task<ControlPlane> StartAsync(
        int replicas, Action<TemporaryFolder> fill, int controllers = 1, params (string Key, string Value)[] settings)
    {
        var plane = new ControlPlane(replicas, controllers, settings);
        try
        {
            fill(plane.Videos);
            await Task.WhenAll([plane.Origin.StartAsync(), .. plane.Replicas.Select(replica => replica.StartAsync())]);
            await Task.WhenAll(plane.Controllers.Select(controller => controller.StartAsync()));
            await plane.IsHealthyAsync();
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>The store of a replica, counted from 1.</summary>
    public string CacheOf(int replica) => _folder.Of($"replica{replica}");

    /// <summary>A file of the first controller's <c>STATE_DIR</c>.</summary>
    public string StateOf(string file) => _folder.Of("controller1", file);

    public async Task IsHealthyAsync()
    {
        foreach (var controller in Controllers)
        {
            await Eventually.TrueAsync(async () => (await controller.Http.GetAsync(Routes.Health)).IsSuccessStatusCode, "every replica holds everything");
        }
    }

    /// <summary>How many videos replicas hold together.</summary>
    /// <param name="replicas">Their indices; none for all.</param>
    public async Task<int> HeldAsync(params int[] replicas)
    {
        var asked = replicas.Length == 0 ? Replicas : replicas.Select(index => Replicas[index]);
        return (await Task.WhenAll(asked.Select(replica => replica.InventoryAsync()))).Sum(inventory => inventory.Videos.Length);
    }

    /// <summary>Asks a controller's API.</summary>
    public async Task<JsonElement> ApiAsync(HttpMethod method, string path, object? body = null, ServiceProcess? controller = null)
    {
        using var response = await SendAsync(method, path, body, controller);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {await response.Content.ReadAsStringAsync()}");
        return response.StatusCode == HttpStatusCode.NoContent ? default : await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, ServiceProcess? controller = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
        request.Content = body is null ? null : JsonContent.Create(body);
        return await (controller ?? Controller).Http.SendAsync(request);
    }

    /// <summary>Purges, and returns what each replica answered, by name: <c>purged 2</c>.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PurgeAsync(object what)
    {
        var report = await ApiAsync(HttpMethod.Post, "/api/purge", what);
        return report.GetProperty("receipts").EnumerateArray().ToDictionary(
            receipt => receipt.GetProperty("replica").GetString()!,
            receipt => $"{receipt.GetProperty("status").GetString()} {receipt.GetProperty("videos").GetInt32()}");
    }

    /// <summary>Where a controller sends a request: the replica's name, or the status if it sends it nowhere.</summary>
    public async Task<string> SteerAsync(string video, ServiceProcess? controller = null)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        using var http = new HttpClient(handler) { BaseAddress = (controller ?? Controller).Address };
        using var response = await http.GetAsync(Routes.Video + video);
        return response.StatusCode == HttpStatusCode.Redirect
            ? response.Headers.Location!.OriginalString.Split('/')[1]
            : ((int)response.StatusCode).ToString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in All)
        {
            await service.DisposeAsync();
        }

        Videos.Dispose();
        _folder.Dispose();
    }
}

using System.Net.Sockets;
using System.Text;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica;

/// <summary>A replica on a store of its own.</summary>
public sealed class ReplicaProcess : IAsyncDisposable
{
    private ReplicaProcess(ServiceProcess service, TemporaryFolder cache) => (Service, Cache) = (service, cache);

    public ServiceProcess Service { get; }

    /// <summary>Its <c>CACHE_DIR</c>.</summary>
    public TemporaryFolder Cache { get; }

    public static async Task<ReplicaProcess> StartAsync(params (string, string)[] settings)
    {
        var cache = new TemporaryFolder();
        return new ReplicaProcess(await ServiceProcess.StartAsync("Cdn.Replica", [("CACHE_DIR", cache.Path), .. settings]), cache);
    }

    public async Task<HttpResponseMessage> PushAsync(string name, byte[] body, byte[]? claimed = null, int offset = 0)
    {
        using var request = Wire.Push(name, body, claimed, offset);
        return await Service.Authorized.SendAsync(request);
    }

    /// <summary>
    /// Sends the beginning of a push, at least one of the replica's buffers, and hangs up. Returns how much of it the replica
    /// has kept: what it had not read yet when the connection ended is lost.
    /// </summary>
    public async Task<int> SendHalfAsync(string name, byte[] whole, int bytes, Func<Task>? whileOpen = null)
    {
        const int Buffer = 256 * 1024;
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(Service.Address.Host, Service.Address.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"PUT /cache_video/{name} HTTP/1.1\r\nHost: replica\r\nAuthorization: Bearer {ServiceProcess.Key}\r\n" +
                $"Content-Length: {whole.Length}\r\nRepr-Digest: {Bytes.Digest(whole).ToReprDigest()}\r\n\r\n"));
            await stream.WriteAsync(whole.AsMemory(0, bytes));
            await Eventually.TrueAsync(
                async () => (await Service.ProgressAsync(name, whole)).Offset >= bytes / Buffer * Buffer, $"the beginning of {name} is written");
            await (whileOpen?.Invoke() ?? Task.CompletedTask);
        }

        await Eventually.TrueAsync(() => Service.Log.Contains("broke off"), "the replica notices that the sender is gone");
        return (int)(await Service.ProgressAsync(name, whole)).Offset;
    }

    /// <summary>Asserts that nothing of a refused push can be served: no object, no name, nothing in the inventory.</summary>
    public async Task HoldsNothingAsync()
    {
        Assert.Empty((await Service.InventoryAsync()).Videos);
        Assert.Empty(Cache.Files("objects"));
        Assert.Empty(Cache.Files("names"));
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Cache.Dispose();
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;

namespace Cdn.Controller.Health;

/// <summary>Asks a replica for a sign of life.</summary>
internal sealed class HeartbeatClient(IHttpClientFactory clients)
{
    public const string ClientName = "heartbeat";

    /// <summary>Tells controllers apart, for a replica that waits until all of them know that it is about to stop.</summary>
    private static readonly string Instance = Guid.NewGuid().ToString("N");

    public async Task<Heartbeat> AskAsync(string replica, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ReplicaDirectory.AddressOf(replica, Routes.Heartbeat));
        request.Headers.Add(CdnHeaders.Controller, Instance);
        using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
        await response.ThrowIfRefusedAsync(cancellationToken);
        return await response.Content.ReadFromJsonAsync(WireJson.Default.Heartbeat, cancellationToken)
            ?? throw new JsonException("The heartbeat is null.");
    }
}

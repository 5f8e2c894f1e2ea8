using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;

namespace Cdn.Controller.Purge;

/// <summary>Purges on the wire: recorded by the origin, applied by the replicas.</summary>
internal sealed class PurgeClient(IHttpClientFactory clients)
{
    public const string ClientName = "purges";

    /// <summary>Time to answer: 10 s. A replica goes on purging all the same when it takes longer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly Uri OriginPurges = new("http://origin" + Routes.Purges);
    private static readonly Uri OriginBlocks = new("http://origin" + Routes.Blocks);

    /// <summary>Has the origin record a purge; from then on no controller forgets it.</summary>
    /// <exception cref="HttpRequestException">It is not recorded; the message says why.</exception>
    public async Task<PurgeLog> RecordAsync(PurgeRequest request, CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient(ClientName).PostAsJsonAsync(
            OriginPurges, request, WireJson.Default.PurgeRequest, cancellationToken);
        return await ReadAsync(response, WireJson.Default.PurgeLog, cancellationToken);
    }

    /// <summary>Has a replica apply what it has missed of a log.</summary>
    /// <exception cref="HttpRequestException">It may not have; the message says why.</exception>
    public async Task<PurgeAnswer> ApplyAsync(string replica, PurgeLog log, CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient(ClientName).PostAsJsonAsync(
            ReplicaDirectory.AddressOf(replica, Routes.Purge), log, WireJson.Default.PurgeLog, cancellationToken);
        return await ReadAsync(response, WireJson.Default.PurgeAnswer, cancellationToken);
    }

    /// <summary>Tells the origin that every replica has confirmed.</summary>
    public async Task<PurgeLog> CloseAsync(PurgeLog log, CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient(ClientName).DeleteAsync(
            new Uri(OriginPurges, $"?log={log.Id}&through={log.Last}"), cancellationToken);
        return await ReadAsync(response, WireJson.Default.PurgeLog, cancellationToken);
    }

    /// <summary>What the origin has and does not publish.</summary>
    public async Task<BlockList> BlocksAsync(CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient(ClientName).GetAsync(OriginBlocks, cancellationToken);
        return await ReadAsync(response, WireJson.Default.BlockList, cancellationToken);
    }

    /// <summary>Lifts a block. Returns false if there is none.</summary>
    public async Task<bool> LiftAsync(PurgeSelector what, CancellationToken cancellationToken)
    {
        var query = what switch
        {
            { Name: { } name } => "name=" + Uri.EscapeDataString(name.Value),
            { Prefix: { } prefix } => "prefix=" + Uri.EscapeDataString(prefix),
            _ => "all=true",
        };
        using var response = await clients.CreateClient(ClientName).DeleteAsync(new Uri(OriginBlocks, "?" + query), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await response.ThrowIfRefusedAsync(cancellationToken);
        return true;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await response.ThrowIfRefusedAsync(cancellationToken);
        return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new JsonException("The answer is null.");
    }
}

using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;

namespace Cdn.Controller.Inventories;

/// <summary>Reads the next part of a replica's inventory, or waits for what changes in it.</summary>
internal sealed class InventoryClient(IHttpClientFactory clients)
{
    public const string ClientName = "inventory";

    /// <summary>Time that a replica waits for something to change: 20 s.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    /// <summary>Time after which an answer does not come any more: 15 s more.</summary>
    public static readonly TimeSpan Patience = Wait + TimeSpan.FromSeconds(15);

    public async Task<InventoryPage> ReadAsync(string replica, FeedCursor cursor, CancellationToken cancellationToken)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"?{cursor.ToQuery()}&wait={Wait.TotalSeconds}");
        using var response = await clients.CreateClient(ClientName).GetAsync(
            ReplicaDirectory.AddressOf(replica, Routes.Inventory + query), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.ThrowIfRefusedAsync(cancellationToken);
        return await response.Content.ReadFromJsonAsync(WireJson.Default.InventoryPage, cancellationToken)
            ?? throw new JsonException("The inventory is null.");
    }
}

using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Http;

namespace Cdn.Controller.Catalog;

/// <summary>Reads the next part of the origin's catalog, or waits for what changes in it or in the purges.</summary>
internal sealed class OriginClient(IHttpClientFactory clients)
{
    public const string ClientName = "catalog";

    /// <summary>Time that the origin waits for something to change: 5 s. One that hangs is noticed soon after.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    /// <summary>Time after which an answer does not come any more, and the connection is taken for dead: 10 s more.</summary>
    public static readonly TimeSpan Patience = Wait + TimeSpan.FromSeconds(10);

    /// <param name="cursor">Where the catalog has been read to.</param>
    /// <param name="purgesTag">Tag of the purges that are known; null if none are.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<OriginChanges> ReadAsync(FeedCursor cursor, string? purgesTag, CancellationToken cancellationToken)
    {
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"?{cursor.ToQuery()}&purges={Uri.EscapeDataString(purgesTag ?? "")}&wait={Wait.TotalSeconds}");
        using var response = await clients.CreateClient(ClientName).GetAsync(
            "http://origin" + Routes.Changes + query, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.ThrowIfRefusedAsync(cancellationToken);
        return await response.Content.ReadFromJsonAsync(WireJson.Default.OriginChanges, cancellationToken)
            ?? throw new JsonException("What has changed is null.");
    }
}

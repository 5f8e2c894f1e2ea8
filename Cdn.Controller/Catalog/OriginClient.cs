using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cdn.Contracts;

namespace Cdn.Controller.Catalog;

/// <summary>What the controller asks the origin, and hears from it.</summary>
internal sealed class OriginClient(IHttpClientFactory clients, TimeProvider time)
{
    public const string AskingName = "catalog";
    public const string ListeningName = "events";

    /// <summary>Silence after which the connection is taken for dead: 15 s. The origin says something every 5 s.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <summary>The catalog and its tag; null if it is the one that has this tag.</summary>
    public Task<(Contracts.Catalog Value, string? Tag)?> ReadCatalogAsync(string? unless, CancellationToken cancellationToken) =>
        ReadAsync(Routes.ListVideos, unless, WireJson.Default.Catalog, cancellationToken);

    /// <summary>The purges and their tag; null if they are those that have this tag.</summary>
    public Task<(PurgeLog Value, string? Tag)?> ReadPurgesAsync(string? unless, CancellationToken cancellationToken) =>
        ReadAsync(Routes.Purges, unless, WireJson.Default.PurgeLog, cancellationToken);

    /// <summary>What happens from the catalog with this tag on, as it happens.</summary>
    public async IAsyncEnumerable<(string Type, OriginEvent Data)> ListenAsync(
        string? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://origin" + Routes.Events);
        request.Headers.TryAddWithoutValidation("Last-Event-ID", since);
        using var response = await clients.CreateClient(ListeningName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(either.Token);
        var events = SseParser.Create(body, (_, data) =>
            JsonSerializer.Deserialize(data, WireJson.Default.OriginEvent) ?? throw new JsonException("An event is null."));
        await foreach (var item in events.EnumerateAsync(either.Token))
        {
            silence.CancelAfter(LongestSilence);
            yield return (item.EventType, item.Data);
        }
    }

    private async Task<(T Value, string? Tag)?> ReadAsync<T>(
        string path, string? unless, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://origin" + path);
        if (unless is not null)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(unless));
        }

        using var response = await clients.CreateClient(AskingName).SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        var value = await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new JsonException($"{path} is null.");
        return (value, response.Headers.ETag?.ToString());
    }
}

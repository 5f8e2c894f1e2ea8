using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Json;

namespace Cdn.AppHost.Services;

/// <summary>How the AppHost talks to its services: on this machine, so never through a proxy.</summary>
internal static class ServiceHttp
{
    private static readonly SocketsHttpHandler Handler = new() { UseProxy = false };

    /// <summary>A client of one service.</summary>
    /// <param name="service">Its endpoint; it has to be allocated.</param>
    /// <param name="patience">Time to answer.</param>
    /// <param name="key">What to send as <c>Authorization: Bearer</c>; null for nothing.</param>
    public static HttpClient CreateClient(EndpointReference service, TimeSpan patience, string? key = null)
    {
        var client = new HttpClient(Handler, disposeHandler: false) { BaseAddress = new Uri(service.Url), Timeout = patience };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Sends a request, and reads what it answers.</summary>
    /// <exception cref="HttpRequestException">It refused; the message is the reason that it gave.</exception>
    public static async Task<T> ReadAsync<T>(
        this HttpClient client,
        HttpMethod method,
        string path,
        HttpContent? body,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(method, path, body, cancellationToken);
        return await response.Content.ReadFromJsonAsync(type, cancellationToken)
            ?? throw new HttpRequestException($"{path} answered null.");
    }

    /// <summary>Sends a request.</summary>
    /// <exception cref="HttpRequestException">It refused; the message is the reason that it gave.</exception>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        var response = await client.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var reason = Reason(await response.Content.ReadAsStringAsync(cancellationToken));
            throw new HttpRequestException(
                reason ?? $"{(int)response.StatusCode} {response.ReasonPhrase}", null, response.StatusCode);
        }
    }

    /// <summary>The detail of problem details (RFC 9457); null if it is something else.</summary>
    private static string? Reason(string body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

namespace Cdn.ServiceDefaults.Http;

/// <summary>Reads why another service refused something (RFC 9457 problem details).</summary>
public static class ProblemReader
{
    /// <summary>The reason that an answer gives; its status if it gives none.</summary>
    public static async Task<string> ReadReasonAsync(this HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return status;
        }

        try
        {
            var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>(cancellationToken);
            return problem?.Detail ?? problem?.Title ?? status;
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return status;
        }
    }

    /// <summary>Throws if an answer is not a success, with the reason that it gives and its status.</summary>
    /// <exception cref="HttpRequestException">It is none.</exception>
    public static async Task ThrowIfRefusedAsync(this HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(await response.ReadReasonAsync(cancellationToken), null, response.StatusCode);
        }
    }
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Cdn.AppHost.Terminal;

/// <summary>Asks the operator's API of the first controller, which answers before the edge is open.</summary>
internal sealed class Operator(IResourceBuilder<ProjectResource> controller, ParameterResource key) : IDisposable
{
    /// <summary>Time to answer: 5 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new() { Timeout = Patience };

    /// <summary>What a path of the API answers; null while it does not.</summary>
    public async Task<JsonElement?> AskAsync(string path, CancellationToken cancellationToken)
    {
        if (!controller.GetEndpoint("http").IsAllocated)
        {
            return null;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(controller.GetEndpoint("http").Url), path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await key.GetValueAsync(cancellationToken));
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken) : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}

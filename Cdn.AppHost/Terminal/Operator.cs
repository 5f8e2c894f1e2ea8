using System.Text.Json;
using Cdn.AppHost.Services;

namespace Cdn.AppHost.Terminal;

/// <summary>Asks the operator's API of the first controller, which answers before the edge is open.</summary>
internal sealed class Operator(IResourceBuilder<ProjectResource> controller, ParameterResource key)
{
    /// <summary>Time to answer: 5 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a path of the API answers; null while it does not.</summary>
    public async Task<JsonElement?> AskAsync(string path, CancellationToken cancellationToken)
    {
        if (!controller.GetEndpoint("http").IsAllocated)
        {
            return null;
        }

        try
        {
            var secret = await key.GetValueAsync(cancellationToken);
            using var client = ServiceHttp.CreateClient(controller.GetEndpoint("http"), Patience, secret);
            using var response = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
            using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync<JsonElement>(body, cancellationToken: cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}

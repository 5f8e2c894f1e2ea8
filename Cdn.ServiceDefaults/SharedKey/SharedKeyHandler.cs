using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>Puts the shared key on what a service sends to another one.</summary>
internal sealed class SharedKeyHandler(IOptions<SharedKeyOptions> options) : DelegatingHandler
{
    private readonly AuthenticationHeaderValue _authorization = new("Bearer", options.Value.Key);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _authorization;
        return base.SendAsync(request, cancellationToken);
    }
}

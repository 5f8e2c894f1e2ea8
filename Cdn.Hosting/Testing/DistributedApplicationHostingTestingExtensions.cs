using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Hosting.Testing;

/// <summary>How a test reaches the resources of a running application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client for a resource. It is made by the host's client factory, so defaults that the test has set apply.</summary>
    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var address = app.GetEndpoint(resourceName, endpointName);
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = address;
        return client;
    }

    /// <summary>Where an endpoint is; without a name "https", or else "http".</summary>
    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    /// <exception cref="InvalidOperationException">The application is not started.</exception>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var resource = app.Services.GetRequiredService<DistributedApplicationModel>().Resources
            .FirstOrDefault(r => string.Equals(r.Name, resourceName, StringComparison.OrdinalIgnoreCase)) as IResourceWithEndpoints
            ?? throw new ArgumentException($"There is no resource '{resourceName}' with endpoints.", nameof(resourceName));
        var names = endpointName is null ? new[] { "https", "http" } : [endpointName];
        var endpoint = names.Select(resource.GetEndpoint).FirstOrDefault(e => e.Exists)
            ?? throw new ArgumentException($"'{resourceName}' has no endpoint {string.Join(" or ", names)}.", nameof(endpointName));
        return new Uri(endpoint.Url);
    }
}

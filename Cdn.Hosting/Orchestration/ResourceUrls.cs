using System.Collections.Immutable;

namespace Cdn.Hosting;

/// <summary>Works out the URLs of the resources once their ports are known.</summary>
internal sealed class ResourceUrls(ResourceNotificationService notifications, DistributedApplicationExecutionContext executionContext)
{
    private readonly Dictionary<string, List<ResourceUrlAnnotation>> _urls = [];

    public async Task PublishAsync(IResource resource, CancellationToken cancellationToken)
    {
        List<ResourceUrlAnnotation> urls = [];
        if (resource is IResourceWithEndpoints owner)
        {
            urls.AddRange(owner.GetEndpoints().Where(e => e.IsAllocated)
                .Select(e => new ResourceUrlAnnotation { Url = e.Url, Endpoint = e }));
        }

        var context = new ResourceUrlsCallbackContext(executionContext, resource, urls, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        foreach (var url in urls.Where(u => u.Endpoint is not null && u.Url.StartsWith('/')))
        {
            url.Url = url.Endpoint!.Url + url.Url;
        }

        _urls[resource.Name] = urls;
        await notifications.PublishUpdateAsync(resource, s => s with { Urls = [.. urls.Select(Snapshot)] }).ConfigureAwait(false);
    }

    /// <summary>What people want to know of a resource: its external endpoints, and what the AppHost has added.</summary>
    public IEnumerable<ResourceUrlAnnotation> ForPeople(IResource resource) => _urls.GetValueOrDefault(resource.Name, [])
        .Where(u => u.DisplayLocation == UrlDisplayLocation.SummaryAndDetails)
        .Where(u => u.Endpoint is null || u.Endpoint.EndpointAnnotation.IsExternal);

    private static UrlSnapshot Snapshot(ResourceUrlAnnotation url) =>
        new(url.Endpoint?.EndpointName, url.Url, url.DisplayLocation == UrlDisplayLocation.DetailsOnly) { DisplayText = url.DisplayText ?? "" };
}

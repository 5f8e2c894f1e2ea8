namespace Cdn.Hosting;

/// <summary>Where a URL is shown.</summary>
public enum UrlDisplayLocation
{
    /// <summary>In the list of resources, and at the end of start.</summary>
    SummaryAndDetails,

    /// <summary>Only with the resource's details.</summary>
    DetailsOnly,
}

/// <summary>A URL of a resource for people.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>The URL; one that starts with "/" is completed with that of its endpoint.</summary>
    public required string Url { get; set; }

    /// <summary>What is shown with it.</summary>
    public string? DisplayText { get; set; }

    /// <summary>The endpoint it belongs to, if any.</summary>
    public EndpointReference? Endpoint { get; init; }

    /// <summary>Where it is shown.</summary>
    public UrlDisplayLocation DisplayLocation { get; set; }
}

/// <summary>What <c>WithUrls</c> may change: the URLs of a resource whose ports are known.</summary>
public sealed class ResourceUrlsCallbackContext(
    DistributedApplicationExecutionContext executionContext, IResource resource, List<ResourceUrlAnnotation> urls,
    CancellationToken cancellationToken)
{
    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Its URLs so far.</summary>
    public List<ResourceUrlAnnotation> Urls { get; } = urls;

    /// <summary>What the application is made for.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>Ends with the application.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>An endpoint of the resource.</summary>
    public EndpointReference? GetEndpoint(string name) => (Resource as IResourceWithEndpoints)?.GetEndpoint(name);
}

/// <summary>Adds to or changes the URLs of a resource once its ports are known.</summary>
public sealed class ResourceUrlsCallbackAnnotation(Func<ResourceUrlsCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>Called once, when the ports are known.</summary>
    public Func<ResourceUrlsCallbackContext, Task> Callback { get; } = callback;
}

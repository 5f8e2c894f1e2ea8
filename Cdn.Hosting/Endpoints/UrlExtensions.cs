namespace Cdn.Hosting;

/// <summary>URLs of a resource for people.</summary>
public static class UrlExtensions
{
    /// <summary>Adds a URL; it is printed at the end of start with its text.</summary>
    public static IResourceBuilder<T> WithUrl<T>(this IResourceBuilder<T> builder, string url, string? displayText = null)
        where T : IResource =>
        builder.WithUrls(context => context.Urls.Add(new ResourceUrlAnnotation { Url = url, DisplayText = displayText }));

    /// <summary>Adds a URL made of values that are known at start.</summary>
    public static IResourceBuilder<T> WithUrl<T>(this IResourceBuilder<T> builder, ReferenceExpression url, string? displayText = null)
        where T : IResource =>
        builder.WithUrls(async context =>
        {
            var text = await url.GetValueAsync(context.CancellationToken).ConfigureAwait(false);
            context.Urls.Add(new ResourceUrlAnnotation { Url = text ?? "", DisplayText = displayText });
        });

    /// <summary>Adds a URL made of values that are known at start.</summary>
    public static IResourceBuilder<T> WithUrl<T>(
        this IResourceBuilder<T> builder, in ReferenceExpression.ExpressionInterpolatedStringHandler url, string? displayText = null)
        where T : IResource => builder.WithUrl(ReferenceExpression.Create(url), displayText);

    /// <summary>Adds to or changes the URLs.</summary>
    public static IResourceBuilder<T> WithUrls<T>(this IResourceBuilder<T> builder, Action<ResourceUrlsCallbackContext> callback)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(callback);
        return builder.WithUrls(context =>
        {
            callback(context);
            return Task.CompletedTask;
        });
    }

    /// <summary>Adds to or changes the URLs.</summary>
    public static IResourceBuilder<T> WithUrls<T>(this IResourceBuilder<T> builder, Func<ResourceUrlsCallbackContext, Task> callback)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        return builder.WithAnnotation(new ResourceUrlsCallbackAnnotation(callback));
    }

    /// <summary>Changes the URL of an endpoint: its text, its path, where it is shown.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResource =>
        builder.WithUrls(context =>
        {
            foreach (var url in context.Urls.Where(u => IsOf(u, endpointName)))
            {
                callback(url);
            }
        });

    /// <summary>Adds one more URL for an endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Func<EndpointReference, ResourceUrlAnnotation> callback)
        where T : IResourceWithEndpoints =>
        builder.WithUrls(context =>
        {
            var endpoint = context.GetEndpoint(endpointName);
            if (endpoint is { Exists: true })
            {
                var url = callback(endpoint);
                context.Urls.Add(new ResourceUrlAnnotation
                {
                    Url = url.Url, DisplayText = url.DisplayText, DisplayLocation = url.DisplayLocation, Endpoint = endpoint,
                });
            }
        });

    private static bool IsOf(ResourceUrlAnnotation url, string endpointName) =>
        string.Equals(url.Endpoint?.EndpointName, endpointName, StringComparison.OrdinalIgnoreCase);
}

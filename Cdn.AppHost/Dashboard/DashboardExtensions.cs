namespace Cdn.AppHost.Dashboard;

/// <summary>How the resources look in the dashboard.</summary>
internal static class DashboardExtensions
{
    /// <summary>
    /// Gives all resources their icons, and the graph its edges: nginx asks the controllers and the replicas. What a person opens
    /// is nginx; addresses of services are in their details only.
    /// </summary>
    public static void ShowInDashboard(
        IResourceBuilder<NginxResource> edge,
        IResourceBuilder<ProjectResource> origin,
        IReadOnlyCollection<IResourceBuilder<ProjectResource>> controllers,
        IReadOnlyCollection<IResourceBuilder<ProjectResource>> replicas)
    {
        edge.WithIconName("Globe")
            .WithUrlForEndpoint("https", url => url.DisplayText = "Videos")
            .WithUrlForEndpoint(
                "https",
                _ => new ResourceUrlAnnotation { Url = "/api/openapi.json", DisplayText = "Operator's API" })
            .WithUrls(HideOtherNames);
        origin.WithIconName("VideoClipMultiple").WithInternalUrl();
        foreach (var controller in controllers)
        {
            controller.WithIconName("ArrowSplit").WithInternalUrl();
            edge.WithReferenceRelationship(controller);
        }

        foreach (var replica in replicas)
        {
            replica.WithIconName("HardDrive").WithInternalUrl();
            edge.WithReferenceRelationship(replica);
        }
    }

    /// <summary>nginx listens on all addresses of the machine; its certificate may not know their names.</summary>
    private static void HideOtherNames(ResourceUrlsCallbackContext context)
    {
        foreach (var url in context.Urls.Where(url => url.DisplayText is null))
        {
            url.DisplayLocation = UrlDisplayLocation.DetailsOnly;
        }
    }

    private static IResourceBuilder<ProjectResource> WithInternalUrl(this IResourceBuilder<ProjectResource> service) =>
        service.WithUrlForEndpoint("http", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
}

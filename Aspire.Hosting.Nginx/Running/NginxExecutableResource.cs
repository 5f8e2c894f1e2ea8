using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Nginx.Running;

/// <summary>
/// nginx as a local process: what the model holds in place of the container. All that is said of the one is said of the other,
/// since both have the same annotations.
/// </summary>
internal sealed class NginxExecutableResource(NginxResource nginx, string command, string workingDirectory)
    : ExecutableResource(nginx.Name, command, workingDirectory), IResourceWithServiceDiscovery
{
    public override ResourceAnnotationCollection Annotations => nginx.Annotations;

    /// <summary>
    /// Says to those who listen to nginx what happens to the process, so that <c>OnResourceReady</c> and the like go on working.
    /// </summary>
    public void RelayEvents(IDistributedApplicationEventing eventing)
    {
        eventing.Subscribe<InitializeResourceEvent>(this, (happened, cancellationToken) => eventing.PublishAsync(
            new InitializeResourceEvent(
                nginx,
                happened.Eventing,
                happened.Services.GetRequiredService<ResourceLoggerService>(),
                happened.Notifications,
                happened.Services),
            cancellationToken));
        eventing.Subscribe<BeforeResourceStartedEvent>(
            this, (happened, cancellationToken) => eventing.PublishAsync<BeforeResourceStartedEvent>(
            new BeforeStart(this, nginx, happened.Services), cancellationToken));
        eventing.Subscribe<ResourceReadyEvent>(this, (happened, cancellationToken) => eventing.PublishAsync(
            new ResourceReadyEvent(nginx, happened.Services), cancellationToken));
        eventing.Subscribe<ResourceStoppedEvent>(this, (happened, cancellationToken) => eventing.PublishAsync(
            new ResourceStoppedEvent(nginx, happened.Services, happened.ResourceEvent), cancellationToken));
    }

    /// <summary>
    /// Subscriptions find it by the resource of the interface. The orchestrator, which has the resource wait for others by this
    /// event, reads the property, and must find the process there: it knows no other.
    /// </summary>
    private sealed class BeforeStart(IResource process, IResource nginx, IServiceProvider services)
        : BeforeResourceStartedEvent(process, services), IDistributedApplicationResourceEvent
    {
        IResource IDistributedApplicationResourceEvent.Resource => nginx;
    }
}

using Cdn.AppHost.Running;
using Cdn.AppHost.Services;
using Cdn.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.AppHost.Edge;

/// <summary>When the door opens: as soon as a controller is ready, whatever is missing anywhere.</summary>
internal static class DoorOpening
{
    /// <summary>Time between two questions: 50 ms.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(0.05);

    /// <summary>Time to answer: 2 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Starts nginx when one of the controllers is ready. One that is started again waits for nobody: without a controller it
    /// serves from any replica.
    /// </summary>
    public static void OpensWhenReady(
        this IResourceBuilder<NginxResource> edge, IReadOnlyList<IResourceBuilder<ProjectResource>> controllers) =>
        edge.ApplicationBuilder.Eventing.Subscribe<BeforeResourceStartedEvent>(edge.Resource, async (starting, cancellationToken) =>
        {
            if (starting.Services.GetRequiredService<Restarter>().HasRun(edge.Resource))
            {
                return;
            }

            var notifications = starting.Services.GetRequiredService<ResourceNotificationService>();
            await notifications.PublishUpdateAsync(
                starting.Resource, snapshot => snapshot with { State = new ResourceStateSnapshot(KnownResourceStates.Waiting, null) });
            await FirstReadyAsync([.. controllers.Select(controller => controller.GetEndpoint("http"))], cancellationToken);
        });

    private static async Task FirstReadyAsync(List<EndpointReference> controllers, CancellationToken cancellationToken)
    {
        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await await Task.WhenAny(controllers.Select(controller => IsReadyAsync(controller, found.Token)));
        await found.CancelAsync();
    }

    private static async Task IsReadyAsync(EndpointReference controller, CancellationToken cancellationToken)
    {
        while (!controller.IsAllocated)
        {
            await Task.Delay(AskEvery, cancellationToken);
        }

        using var http = ServiceHttp.CreateClient(controller, Patience);
        while (true)
        {
            try
            {
                using var response = await http.GetAsync(Routes.Ready, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // It is not up yet.
            }

            await Task.Delay(AskEvery, cancellationToken);
        }
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace Cdn.AppHost.Running;

/// <summary>
/// Has <c>stop</c> mean what it says for a resource that has ended and waits to be started again. The orchestrator's own
/// command finds
/// nothing to stop then.
/// </summary>
internal static class StopWhileRestarting
{
    /// <summary>Puts it before the orchestrator's command, which is there when the resource is about to start.</summary>
    public static void Take(IResource resource)
    {
        var stop = resource.Annotations.OfType<ResourceCommandAnnotation>()
            .LastOrDefault(command => command.Name == KnownResourceCommands.StopCommand);
        if (stop is null || resource.HasAnnotationOfType<TakenAnnotation>())
        {
            return;
        }

        resource.Annotations.Remove(stop);
        resource.Annotations.Add(new ResourceCommandAnnotation(
            stop.Name,
            stop.DisplayName,
            stop.UpdateState,
            context => StopAsync(resource, stop, context),
            stop.DisplayDescription,
            stop.Arguments,
            stop.ConfirmationMessage,
            stop.IconName,
            stop.IconVariant,
            stop.IsHighlighted,
            stop.Visibility,
            stop.ValidateArguments));
        resource.Annotations.Add(new TakenAnnotation());
    }

    private static async Task<ExecuteCommandResult> StopAsync(
        IResource resource, ResourceCommandAnnotation stop, ExecuteCommandContext context) =>
        await context.Services.GetRequiredService<Restarter>().LeaveDownAsync(resource, context.ResourceName)
            ? CommandResults.Success($"{resource.Name} is left down.")
            : await stop.ExecuteCommand(context);

    private sealed class TakenAnnotation : IResourceAnnotation;
}

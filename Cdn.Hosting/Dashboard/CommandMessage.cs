using Cdn.Hosting.Protocol;

namespace Cdn.Hosting;

/// <summary>Tells the dashboard of the commands of a resource, and which of them make sense now.</summary>
internal static class CommandMessage
{
    public static IEnumerable<ResourceCommand> From(IResource resource, CustomResourceSnapshot snapshot) =>
    [
        .. resource.IsProcess() ? Lifecycle(snapshot.State?.Text) : [],
        .. resource.Annotations.OfType<ResourceCommandAnnotation>().Select(Custom),
    ];

    private static IEnumerable<ResourceCommand> Lifecycle(string? state)
    {
        var stopped = state is null || state == KnownResourceStates.NotStarted || KnownResourceStates.TerminalStates.Contains(state);
        yield return new ResourceCommand
        {
            Name = KnownResourceCommands.StartCommand,
            DisplayName = "Start",
            IconName = "Play",
            IconVariant = Protocol.IconVariant.Filled,
            IsHighlighted = true,
            State = stopped ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
        };
        yield return new ResourceCommand
        {
            Name = KnownResourceCommands.StopCommand,
            DisplayName = "Stop",
            IconName = "Stop",
            IconVariant = Protocol.IconVariant.Filled,
            IsHighlighted = true,
            State = stopped ? ResourceCommandState.Hidden
                : state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled
                : ResourceCommandState.Enabled,
        };
        yield return new ResourceCommand
        {
            Name = KnownResourceCommands.RestartCommand,
            DisplayName = "Restart",
            IconName = "ArrowCounterclockwise",
            State = state == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        };
    }

    private static ResourceCommand Custom(ResourceCommandAnnotation command)
    {
        var options = command.Options ?? new CommandOptions();
        return new ResourceCommand
        {
            Name = command.Name,
            DisplayName = command.DisplayName,
            DisplayDescription = options.Description ?? "",
            ConfirmationMessage = options.ConfirmationMessage ?? "",
            IconName = options.IconName ?? "",
            IconVariant = (Protocol.IconVariant)(options.IconVariant ?? IconVariant.Regular),
            IsHighlighted = options.IsHighlighted,
            State = ResourceCommandState.Enabled,
        };
    }
}

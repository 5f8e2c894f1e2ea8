using Cdn.AppHost.Dashboard;

namespace Cdn.AppHost.Commands;

/// <summary>When the dashboard offers which command.</summary>
internal static class CommandStates
{
    /// <summary>While the service runs.</summary>
    public static ResourceCommandState WhileUp(UpdateCommandStateContext context) => If(ReplicaStates.IsUp(StateOf(context)));

    /// <summary>While the replica runs, and does not drain.</summary>
    public static ResourceCommandState WhileAdmitted(UpdateCommandStateContext context) =>
        If(StateOf(context) == KnownResourceStates.Running);

    /// <summary>While the replica drains.</summary>
    public static ResourceCommandState WhileDraining(UpdateCommandStateContext context) =>
        If(StateOf(context) == ReplicaStates.Draining);

    private static string? StateOf(UpdateCommandStateContext context) => context.ResourceSnapshot.State?.Text;

    private static ResourceCommandState If(bool isOffered) =>
        isOffered ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}

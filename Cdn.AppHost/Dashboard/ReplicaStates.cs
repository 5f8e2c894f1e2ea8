namespace Cdn.AppHost.Dashboard;

/// <summary>What the dashboard shows as the state of a replica: what the orchestrator says, and draining while it runs.</summary>
internal static class ReplicaStates
{
    /// <summary>It runs, and wants no more clients.</summary>
    public const string Draining = "Draining";

    /// <summary>Whether its process runs.</summary>
    public static bool IsUp(string? state) => state == KnownResourceStates.Running || state == Draining;

    /// <summary>The same with what is known of draining. All other states are the orchestrator's, and stay.</summary>
    public static CustomResourceSnapshot Show(CustomResourceSnapshot snapshot, bool isDraining)
    {
        var state = snapshot.State?.Text;
        return isDraining && state == KnownResourceStates.Running
            ? snapshot with { State = new ResourceStateSnapshot(Draining, KnownResourceStateStyles.Warn) }
            : !isDraining && state == Draining
            ? snapshot with { State = KnownResourceStates.Running }
            : snapshot;
    }
}

using Cdn.AppHost.Commands;
using Cdn.AppHost.Dashboard;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Tests.AppHost.Dashboard;

/// <summary>The state that the dashboard shows of a replica, and the commands that it offers then.</summary>
public sealed class ReplicaStatesTests
{
    [Theory]
    [InlineData("Running", true, "Draining")]
    [InlineData("Draining", false, "Running")]
    [InlineData("Draining", true, "Draining")]
    [InlineData("Running", false, "Running")]
    [InlineData("Stopping", true, "Stopping")]
    [InlineData("Exited", true, "Exited")]
    [InlineData("Restarting", false, "Restarting")]
    [InlineData(null, true, null)]
    public void Show_Draining_ReplacesRunningAlone(string? state, bool isDraining, string? shown) =>
        Assert.Equal(shown, ReplicaStates.Show(In(state), isDraining).State?.Text);

    [Fact]
    public void Show_OnceMore_ChangesNothing()
    {
        var draining = ReplicaStates.Show(In("Running"), isDraining: true);

        Assert.Equal(KnownResourceStateStyles.Warn, draining.State!.Style);
        Assert.Same(draining, ReplicaStates.Show(draining, isDraining: true));
    }

    [Theory]
    [InlineData("Running", true, true, false)]
    [InlineData("Draining", true, false, true)]
    [InlineData("Stopping", false, false, false)]
    [InlineData("Exited", false, false, false)]
    [InlineData(null, false, false, false)]
    public void Commands_AreOfferedByState(string? state, bool whileUp, bool drain, bool admit)
    {
        var context = new UpdateCommandStateContext
        {
            ResourceSnapshot = In(state),
            Services = new ServiceCollection().BuildServiceProvider(),
        };

        Assert.Equal(
            (State(whileUp), State(drain), State(admit)),
            (CommandStates.WhileUp(context), CommandStates.WhileAdmitted(context), CommandStates.WhileDraining(context)));

        static ResourceCommandState State(bool isOffered) => isOffered ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
    }

    private static CustomResourceSnapshot In(string? state) => new() { ResourceType = "Project", Properties = [], State = state };
}

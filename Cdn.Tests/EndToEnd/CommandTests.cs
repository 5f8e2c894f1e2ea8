using System.Net.Http.Json;
using Cdn.AppHost.Dashboard;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Tests.EndToEnd;

/// <summary>The commands that the dashboard shows, and what it shows of draining and health.</summary>
[StartsProcesses]
public sealed class CommandTests(FilmCdn shared) : IClassFixture<FilmCdn>
{
    [Fact]
    public async Task Replica_DroppedAndRefilled_HoldsEverythingAgain_AndVerifiesIt()
    {
        var cdn = shared.Cdn;
        await cdn.IsHealthyAsync();
        using var replica = cdn.App.CreateHttpClient("replica1", "http");
        var before = await InventoryAsync(replica);

        await cdn.RunAsync("replica1", "drop-and-refill");

        await Eventually.TrueAsync(
            async () => await InventoryAsync(replica) is { Videos: [{ Pinned: true }] } now && now.Revision >= before.Revision + 2,
            "the replica has dropped its video and was given it again");
        await cdn.IsHealthyAsync();
        var verified = await cdn.App.ResourceCommands.ExecuteCommandAsync("replica1", "verify");
        Assert.Equal("1 objects of 1.0 MB are what they were when they came.", verified.Message);
        await cdn.App.ResourceNotifications.WaitForResourceAsync(
                "controller",
                seen => seen.Snapshot.HealthReports is [{ Status: HealthStatus.Healthy, Description: var text }]
                    && text?.StartsWith("1 of 1 videos on replica1, 1 of 1 videos on replica2", StringComparison.Ordinal) == true)
            .WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Replica_Stopped_SaysSo()
    {
        var cdn = shared.Cdn;
        await cdn.App.ResourceCommands.ExecuteCommandAsync("replica1", KnownResourceCommands.StopCommand);

        var result = await cdn.App.ResourceCommands.ExecuteCommandAsync("replica1", "drop-and-refill");

        Assert.False(result.Success);
        Assert.StartsWith("replica1: ", result.Message);
        await cdn.RunAsync("replica1", KnownResourceCommands.StartCommand);
        await cdn.IsBackAsync("replica1");
    }

    [Fact]
    public async Task Replica_DrainedAndAdmitted_IsLeftAloneAndComesBack_AndItsStateSaysSo()
    {
        var cdn = shared.Cdn;

        await cdn.RunAsync("replica1", "drain");
        await Eventually.TrueAsync(
            () => Shown(cdn) == (ReplicaStates.Draining, ResourceCommandState.Disabled, ResourceCommandState.Enabled), "it is shown as draining");
        await Eventually.TrueAsync(async () => await SeenAsync(cdn) is ["replica2/"], "only the other one gets clients");
        await cdn.RunAsync("replica1", "admit");
        await Eventually.TrueAsync(
            () => Shown(cdn) == (KnownResourceStates.Running, ResourceCommandState.Enabled, ResourceCommandState.Disabled), "it is shown as running");
        await Eventually.TrueAsync(async () => (await SeenAsync(cdn)).Count == 2, "both get clients");

        // Somebody else drains it, and a controller that starts meanwhile does not wait for its end.
        (await cdn.OperateAsync(HttpMethod.Post, "/api/replicas/replica1/drain")).EnsureSuccessStatusCode();
        await Eventually.TrueAsync(() => Shown(cdn).State == ReplicaStates.Draining, "the state says that it drains");
        await cdn.RunAsync("controller", KnownResourceCommands.RestartCommand);
        await cdn.App.ResourceNotifications.WaitForResourceHealthyAsync("controller").WaitAsync(TimeSpan.FromSeconds(60));
        await cdn.RunAsync("replica1", "admit");
        await cdn.IsBackAsync("controller");
    }

    [Fact]
    public async Task Controller_Purges_WithAReceiptOfEachReplica_AndPlansAnew()
    {
        await using var cdn = await CdnApp.StartAsync(folder =>
        {
            folder.Write("shows/1.mp4", 1000);
            folder.Write("shows/2.mp4", 1000, seed: 2);
            folder.Write("film.mp4", 1000, seed: 3);
        });
        await cdn.IsHealthyAsync();

        var result = await PurgeAsync(("prefix", "shows/"), ("block", "true"));

        Assert.True(result.Success, result.Message);
        Assert.StartsWith("Purge 1 (shows/*): 2 of 2 replicas have confirmed within ", result.Message);
        Assert.Contains("| replica1 | purged | 2 | 2.0 kB | ", result.Data!.Value);
        Assert.Contains("| replica2 | purged | 2 | 2.0 kB | ", result.Data.Value);
        Assert.Equal("Command argument validation failed.", (await PurgeAsync()).Message);
        await cdn.RunAsync("controller", "replan");

        Task<ExecuteCommandResult> PurgeAsync(params (string Name, string Value)[] arguments) =>
            cdn.App.ResourceCommands.ExecuteCommandAsync("controller", "purge", new InteractionInputCollection(
                [.. arguments.Select(argument => new InteractionInput { Name = argument.Name, InputType = InputType.Text, Value = argument.Value })]));
    }

    /// <summary>The state of the first replica, and whether draining and admitting are offered.</summary>
    private static (string? State, ResourceCommandState Drain, ResourceCommandState Admit) Shown(CdnApp cdn)
    {
        Assert.True(cdn.App.ResourceNotifications.TryGetCurrentState("replica1", out var seen));
        return (seen.Snapshot.State?.Text, Of("drain"), Of("admit"));

        ResourceCommandState Of(string command) => seen.Snapshot.Commands.Single(offered => offered.Name == command).State;
    }

    private static async Task<IReadOnlyList<string>> SeenAsync(CdnApp cdn)
    {
        var seen = new SortedSet<string>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await cdn.Client.GetAsync("/video/film.mp4");
            seen.Add(response.RequestMessage!.RequestUri!.Segments[1]);
        }

        return [.. seen];
    }

    private static Task<Holdings> InventoryAsync(HttpClient replica) => replica.InventoryAsync();
}

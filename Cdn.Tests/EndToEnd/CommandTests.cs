using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>The commands that the dashboard shows.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Replica_Purged_IsFilledAgain()
    {
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 1000));
        await cdn.IsHealthyAsync();
        using var replica = cdn.App.CreateHttpClient("replica1", "http");
        var before = await InventoryAsync(replica);

        var result = await cdn.App.ResourceCommands.ExecuteCommandAsync("replica1", "purge");

        Assert.True(result.Success, result.Message);
        await Eventually.TrueAsync(
            async () => await InventoryAsync(replica) is { Videos: [{ Pinned: true }] } now && now.Revision >= before.Revision + 2,
            "the replica has dropped its video and was given it again");
        await cdn.IsHealthyAsync();
    }

    [Fact]
    public async Task Replica_Stopped_CannotBePurged()
    {
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 1000));
        await cdn.App.ResourceCommands.ExecuteCommandAsync("replica1", KnownResourceCommands.StopCommand);

        var result = await cdn.App.ResourceCommands.ExecuteCommandAsync("replica1", "purge");

        Assert.False(result.Success);
        Assert.NotEmpty(result.Message!);
    }

    [Fact]
    public async Task Replica_DrainedAndAdmitted_IsLeftAloneAndComesBack()
    {
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 1000));

        await cdn.RunAsync("replica1", "drain");
        await Eventually.TrueAsync(async () => await SeenAsync(cdn) is ["replica2/"], "only the other one gets clients");
        await cdn.RunAsync("replica1", "admit");
        await Eventually.TrueAsync(async () => (await SeenAsync(cdn)).Count == 2, "both get clients");
        await cdn.RunAsync("controller", "replan");
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

    private static async Task<Inventory> InventoryAsync(HttpClient replica) =>
        (await replica.GetFromJsonAsync(Routes.Inventory, WireJson.Default.Inventory))!;
}

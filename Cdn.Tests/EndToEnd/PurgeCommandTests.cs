using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

public sealed class PurgeCommandTests
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

    private static async Task<Inventory> InventoryAsync(HttpClient replica) =>
        (await replica.GetFromJsonAsync(Routes.Inventory, WireJson.Default.Inventory))!;
}

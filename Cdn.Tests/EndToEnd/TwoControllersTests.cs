using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>Two controllers behind one nginx.</summary>
[StartsProcesses]
public sealed class TwoControllersTests
{
    [Fact]
    public async Task Controllers_DieInTurn_NoRequestFails_AndAPurgeIsKnownToBoth()
    {
        byte[] film = [];
        await using var cdn = await CdnApp.StartAsync(folder => film = folder.Write("film.mp4", 50_000), null, "--CONTROLLER_COUNT=2");
        var viewers = new Viewers(cdn, viewers: 2, ("film.mp4", film));
        await viewers.SeeAsync(20);
        foreach (var controller in (string[])["controller", "controller2"])
        {
            await cdn.KillAsync(controller);
            await viewers.SeeAsync(40);
            await cdn.App.ResourceNotifications.WaitForResourceHealthyAsync(controller, WaitBehavior.WaitOnResourceUnavailable);
        }

        await viewers.HadNoFailureAsync();

        (await cdn.OperateAsync(HttpMethod.Post, "/api/purge", new { name = "film.mp4", block = true })).EnsureSuccessStatusCode();
        foreach (var controller in (string[])["controller", "controller2"])
        {
            using var http = cdn.App.CreateHttpClient(controller, "http");
            await Eventually.TrueAsync(
                async () => (await http.GetAsync("/video/film.mp4")).StatusCode == HttpStatusCode.NotFound, $"{controller} knows that it is blocked");
        }
    }
}

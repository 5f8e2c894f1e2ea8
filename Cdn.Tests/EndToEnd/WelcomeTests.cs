using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>What a person sees who opens the address of the edge.</summary>
public sealed class WelcomeTests
{
    [Fact]
    public async Task Edge_Opened_SaysWhatItIsAndWhetherItIsWell()
    {
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 1000));

        var text = await GetAsync("*/*", "text/plain");
        Assert.StartsWith("This is the edge of a video CDN.\n\nIt is well: ", text);
        Assert.Contains("/api/openapi.json", text);
        var page = await GetAsync("text/html,application/xhtml+xml,*/*;q=0.8", "text/html");
        Assert.Contains("It is well: ", page);
        using (var description = await cdn.Client.GetAsync("/api/openapi.json"))
        {
            Assert.Equal(HttpStatusCode.OK, description.StatusCode);
        }

        await cdn.App.ResourceCommands.ExecuteCommandAsync("replica1", KnownResourceCommands.StopCommand);
        await Eventually.TrueAsync(
            async () => (await GetAsync("*/*", "text/plain")).Contains("\n50 % of what the replicas are to have is there;"), "it says that a replica is away");
        await cdn.App.ResourceCommands.ExecuteCommandAsync("controller", KnownResourceCommands.StopCommand);
        Assert.Contains("The controller does not answer.", await GetAsync("*/*", "text/plain"));
        foreach (var path in (string[])["/summary", "/welcome.html", "/health"])
        {
            using var response = await cdn.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        async Task<string> GetAsync(string accept, string type)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20 };
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await cdn.Client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            var body = await response.Content.ReadAsStringAsync();
            Assert.DoesNotContain("replica1", body); // What is inside stays there.
            Assert.DoesNotContain("<!--#", body);
            return body;
        }
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>Tokens over the door: who gets in, who does not and why, and what goes on when parts of the CDN are away.</summary>
[StartsProcesses]
public sealed partial class TokenTests(TokenCdn shared) : IClassFixture<TokenCdn>
{
    private const string Title = "/video/hls/index.m3u8";

    private CdnApp Cdn => shared.Cdn;

    [Fact]
    public async Task Title_InheritsTheToken_WithoutARequestToAServicePerSegment()
    {
        var token = shared.SignTitle();
        using var playlist = await Cdn.Client.GetAsync($"/t/{token}{Title}");
        var address = playlist.RequestMessage!.RequestUri!;

        Assert.Equal(HttpStatusCode.OK, playlist.StatusCode);
        Assert.Matches("^/t/[0-9]+[.][^/]+/replica[12]/video/hls/index.m3u8$", address.AbsolutePath);
        Assert.DoesNotContain(token, address.AbsolutePath);
        foreach (var segment in (await playlist.Content.ReadAsStringAsync()).Split('\n').Where(
            line => line.EndsWith(".ts", StringComparison.Ordinal)))
        {
            using var response = await shared.Plain.GetAsync(new Uri(address, segment));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "videos", "hls", segment)),
                await response.Content.ReadAsByteArrayAsync());
        }

        // The replica's process, which answers what nginx does not, under the same rule.
        using var asked = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version20 };
        asked.Headers.Add("Want-Repr-Digest", "sha-256=1");
        using var digested = await shared.Plain.SendAsync(asked);
        Assert.True(digested.Headers.Contains("Repr-Digest"));
    }

    [Fact]
    public async Task File_WithATokenInTheQuery_IsServed()
    {
        var token = shared.Sign(TokenCdn.Claims(UriContainer.ForName(VideoName.Parse("sample.mp4"))));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/video/sample.mp4?URISigningPackage={token}")
        {
            Version = HttpVersion.Version20,
        };
        request.Headers.Range = new(100, 199);
        using var response = await Cdn.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.DoesNotContain(token, response.RequestMessage!.RequestUri!.OriginalString);
        Assert.Equal(100, (await response.Content.ReadAsByteArrayAsync()).Length);

        var ofThisAddress = shared.Sign(TokenCdn.Claims(UriContainer.ForUri(new Uri(Cdn.Address, "/video/sample.mp4"))));
        Assert.Equal(
            HttpStatusCode.OK, (await Cdn.Client.GetAsync($"/video/sample.mp4?URISigningPackage={ofThisAddress}")).StatusCode);
    }

    [Fact]
    public async Task Steering_HandsOutAddressesWithTheTicket()
    {
        var manifest = await Cdn.Client.GetFromJsonAsync<JsonElement>($"/t/{shared.SignTitle()}/steering/hls/index.m3u8");
        var reload = manifest.GetProperty("RELOAD-URI").GetString()!;

        Assert.Matches("^/t/[0-9]+[.][^/]+/steering/hls/index.m3u8$", reload);
        Assert.Equal(HttpStatusCode.OK, (await Cdn.Client.GetAsync(reload)).StatusCode);
        Assert.Equal((403, "missing"), await shared.RefusalOfAsync("/steering/hls/index.m3u8"));
    }

    [Fact]
    public async Task Everybody_WithoutAGoodToken_IsRefused_AndToldWhy()
    {
        var good = shared.SignTitle();
        var ticket = (await shared.RedirectOfAsync($"/t/{good}{Title}")).Split('/')[2];
        var other = new TokenSigner(TokenKeySet.Parse($$"""{"keys": [{{TokenCdn.Key('Z', "first")}}]}"""));
        var unknown = new TokenSigner(TokenKeySet.Parse($$"""{"keys": [{{TokenCdn.Key('Z', "unknown")}}]}"""));
        var title = TokenCdn.Claims(UriContainer.ForPrefix("hls/"));
        (string Path, int Status, string Reason)[] all =
        [
            (Title, 403, "missing"),
            ("/replica1" + Title, 403, "missing"),
            ("/replica1/video/there-is-none.mp4", 403, "missing"),
            ($"/t/{other.Sign(title)}{Title}", 403, "wrong-signature"),
            ($"/t/{unknown.Sign(title)}{Title}", 403, "unknown-key"),
            ($"/t/eyJhbGciOiJub25lIiwia2lkIjoiZmlyc3QifQ.{good.Split('.')[1]}.{Title}", 403, "wrong-algorithm"),
            ($"/t/{good[..^2]}{Title}", 403, "malformed"),
            ($"/t/{good[..(good.Length / 2)]}{Title}", 403, "malformed"),
            ($"/t/{new string('a', 6000)}{Title}", 403, "malformed"),
            ($"/t/{good}/video/sample.mp4", 403, "other-name"),
            ($"/video/sample.mp4?URISigningPackage={good}", 403, "other-name"),
            ($"/t/{shared.Sign(title with { NotBefore = DateTimeOffset.UtcNow.AddHours(1) })}{Title}", 403, "not-yet-valid"),
            ($"/t/{shared.Sign(title with { Expires = DateTimeOffset.UtcNow.AddSeconds(-5) })}{Title}", 410, "expired"),
            ($"/t/{shared.SignTitle(client: "203.0.113.0/24")}{Title}", 403, "other-address"),
            ($"/t/{ticket}/replica1/video/sample.mp4", 403, "wrong-ticket"),
            ($"/t/{ticket[..^3]}AAA/replica1{Title}", 403, "wrong-ticket"),
            ($"/t/9{ticket}/replica1{Title}", 403, "wrong-ticket"),
            ($"/t/{ticket.Replace(".a", ".q", StringComparison.Ordinal)}/replica1{Title}", 403, "unknown-key"),
            ($"/t/{ticket}x/replica1{Title}", 403, "malformed"),
        ];
        foreach (var (path, status, reason) in all)
        {
            var (found, why) = await shared.RefusalOfAsync(path);
            Assert.Equal((path, status, reason), (path, found, why));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await shared.Plain.GetAsync($"/t/{ticket}/replica9{Title}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Plain.GetAsync($"/t/{ticket}/api/video/hls/index.m3u8")).StatusCode);

        // Longer than any request line that nginx takes. Over HTTP/2 it refuses the stream.
        using var hundredKilobytes = new HttpRequestMessage(HttpMethod.Get, $"/t/{new string('a', 60_000)}{Title}")
        {
            Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Assert.Equal((403, "malformed"), await shared.RefusalOfAsync(hundredKilobytes));
    }

    [Fact]
    public async Task Client_WhoseAddressIsInTheToken_IsLetIn()
    {
        var location = await shared.RedirectOfAsync($"/t/{shared.SignTitle(client: "127.0.0.0/8")}{Title}");
        Assert.Equal(HttpStatusCode.OK, (await shared.Plain.GetAsync(location)).StatusCode);
        Assert.Matches("^/t/[0-9]+[.].[0-9e]1[.]", location);
    }

    [Fact]
    public async Task Operator_MakesALink_AndTakesItBack_AtOnce()
    {
        using var made = await Cdn.OperateAsync(
            HttpMethod.Post, "/api/tokens", new { prefix = "hls/", seconds = 600, sub = "guest" });
        var link = await made.Content.ReadFromJsonAsync<JsonElement>();
        var location = await shared.RedirectOfAsync(link.GetProperty("path").GetString() + "index.m3u8");
        Assert.Equal(HttpStatusCode.OK, (await shared.Plain.GetAsync(location)).StatusCode);

        foreach (var (kind, value) in ((string, string)[])[("sub", "guest"), ("jti", link.GetProperty("jti").GetString()!), ("kid", link.GetProperty("kid").GetString()!)])
        {
            using var revoked = await Cdn.OperateAsync(
                HttpMethod.Post, "/api/tokens/revoke", new Dictionary<string, string> { [kind] = value });
            var receipt = (await revoked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("receipts")[0];
            Assert.Equal(("edge", true), (receipt.GetProperty("door").GetString(), receipt.GetProperty("done").GetBoolean()));

            Assert.Equal((403, "revoked"), await shared.RefusalOfAsync(location));
            Assert.Equal((403, "revoked"), await shared.RefusalOfAsync(link.GetProperty("path").GetString() + "index.m3u8"));

            using var lifted = await Cdn.OperateAsync(HttpMethod.Delete, $"/api/tokens/revoked?{kind}={value}");
            Assert.Equal(HttpStatusCode.OK, lifted.StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await shared.Plain.GetAsync(location)).StatusCode);
        }

        using var wrong = await Cdn.OperateAsync(HttpMethod.Post, "/api/tokens", new { seconds = 600 });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Keys_RotatedWhileItRuns_AreGoodASecondLater_AndTicketsGoOn()
    {
        var old = shared.SignTitle();
        var location = await shared.RedirectOfAsync($"/t/{old}{Title}");
        shared.WriteKeys(TokenCdn.Key('B', "second"), TokenCdn.Key('A', "first"));
        var fresh = shared.SignTitle();
        await Eventually.TrueAsync(
            async () => (await shared.RefusalOfAsync($"/t/{fresh}{Title}")).Status == 302, "the new key is known");
        Assert.Equal((302, null), await shared.RefusalOfAsync($"/t/{old}{Title}"));

        shared.WriteKeys(TokenCdn.Key('B', "second"));
        await Eventually.TrueAsync(
            async () => await shared.RefusalOfAsync($"/t/{old}{Title}") == (403, "unknown-key"), "the old key is gone");
        Assert.Equal(HttpStatusCode.OK, (await shared.Plain.GetAsync(location)).StatusCode);
        shared.WriteKeys(TokenCdn.Key('A', "first"));
        await Eventually.TrueAsync(
            async () => (await shared.RefusalOfAsync($"/t/{old}{Title}")).Status == 302, "the first key is back");
    }

    [Fact]
    public async Task Parts_ThatAreAway_ChangeNothingOfIt()
    {
        var good = shared.SignTitle();
        var ticket = (await shared.RedirectOfAsync($"/t/{good}{Title}")).Split('/')[2];
        var withDigest = new HttpRequestMessage(HttpMethod.Get, $"/t/{ticket}/replica1{Title}")
        {
            Version = HttpVersion.Version20,
        };
        withDigest.Headers.Add("Want-Repr-Digest", "sha-256=1");

        // R6: the replica's process is away, and who asks it something is sent to another one, with his ticket.
        await Cdn.RunAsync("replica1", KnownResourceCommands.StopCommand);
        using (var moved = await shared.Plain.SendAsync(withDigest))
        {
            Assert.Equal($"/t/{ticket}/replica2{Title}", moved.Headers.Location?.OriginalString);
        }

        // The controller is away: tickets go on, and tokens are verified by the replica that is left.
        await Cdn.RunAsync("controller", KnownResourceCommands.StopCommand);
        Assert.Equal(HttpStatusCode.OK, (await shared.Plain.GetAsync($"/t/{ticket}/replica2{Title}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Cdn.Client.GetAsync($"/t/{good}{Title}")).StatusCode);
        Assert.Equal((403, "missing"), await shared.RefusalOfAsync(Title));
        Assert.Equal((403, "wrong-ticket"), await shared.RefusalOfAsync($"/t/{ticket}/replica2/video/sample.mp4"));
        Assert.Equal((403, "missing"), await shared.RefusalOfAsync("/replica2/video/sample.mp4"));

        await Cdn.RunAsync("controller", KnownResourceCommands.StartCommand);
        await Cdn.RunAsync("replica1", KnownResourceCommands.StartCommand);
        await Cdn.IsBackAsync("replica1");
    }

    [Fact]
    public async Task Logs_HaveNoToken()
    {
        var token = shared.SignTitle();
        await Cdn.Client.GetAsync($"/t/{token}{Title}");
        await Cdn.Client.GetAsync($"{Cdn.Address}/t/{token}{Title}"); // Two slashes.
        await Cdn.Client.GetAsync($"/%74/{token}{Title}");
        await Cdn.Client.GetAsync($"/video/sample.mp4?x=1&URISigningPackage={token}");
        await Cdn.Client.GetAsync($"/replica1/video/sample.mp4?%55RISigningPackage={token}");

        await Eventually.TrueAsync(
            () => Logs().Contains("GET /t/-/video/hls/index.m3u8", StringComparison.Ordinal), "nginx has written its log");
        Assert.DoesNotContain(token[..^4].Split('.')[1], Logs());

        string Logs() => string.Concat(Directory.GetFiles(Cdn.Data.Of("edge"), "*.log").Select(Read));

        static string Read(string file)
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <content> A title with a token to its end, by what people watch it with: over a change of keys, and over a replica that dies
/// with its disk while it is being watched. After a revocation nobody gets in. </content>
public sealed partial class TokenTests
{
    private const string Playlist = "/video/" + TokenCdn.Show + "index.m3u8";

    [Fact]
    public async Task Chromium_PlaysATitleToItsEnd_OverNewKeysAndADeadReplica()
    {
        Assert.SkipWhen(Browser.Path is null, "Chromium is not installed (apt-get install chromium).");
        await IsPlayedAsync(load: false, WebPlayer.Plain);
    }

    [Fact]
    public async Task PlayersOfPages_PlayATitleToItsEnd_OverNewKeysAndADeadReplica()
    {
        Assert.SkipWhen(Browser.Path is null, "Chromium is not installed (apt-get install chromium).");
        await IsPlayedAsync(load: true, WebPlayer.Libraries);
    }

    [Fact]
    public async Task Programs_FetchAndPlayATitleToItsEnd_OverNewKeysAndADeadReplica()
    {
        ClientProgram.Require("ffmpeg", "wget", "aria2c");
        using var folder = new TemporaryFolder();
        var token = shared.SignTitle(subject: "programs", prefix: TokenCdn.Show);
        await HaveWholeTitleAsync($"/t/{token}{Playlist}", "before");

        await DrainAsync("replica2");
        var addressAtReplica1 = await shared.RedirectOfAsync($"/t/{token}{Playlist}");
        Assert.Contains("/replica1/", addressAtReplica1);
        await WithNewKeysAndNoReplica1Async(() => HaveWholeTitleAsync(addressAtReplica1, "after"));

        await RevokeAsync("programs", $"/t/{token}{Playlist}");
        foreach (var (program, arguments) in Fetch(addressAtReplica1, "refused"))
        {
            var (code, output) = await ClientProgram.TryAsync(program, folder.Path, arguments);
            Assert.True(code != 0 && output.Contains("403"), $"{program} ended with {code}: {output}");
        }

        async Task HaveWholeTitleAsync(string path, string when)
        {
            var last = path.Replace("index.m3u8", "index24.ts");
            var bytes = await File.ReadAllBytesAsync(Path.Combine(Cdn.VideoDir, TokenCdn.Show, "index24.ts"));
            foreach (var (program, arguments) in Fetch(last, $"{when}.ts"))
            {
                await ClientProgram.RunAsync(program, folder.Path, arguments);
                if (program != "ffmpeg")
                {
                    Assert.Equal(bytes, await File.ReadAllBytesAsync(folder.Of($"{program}-{when}.ts")));
                }
            }

            string[] packets = ["-c", "copy", "-f", "framecrc", "-"];
            string[] original = ["-v", "error", "-i", Path.Combine(Cdn.VideoDir, TokenCdn.Show, "index.m3u8")];
            Assert.Equal(
                await ClientProgram.RunAsync("ffmpeg", folder.Path, [.. original, .. packets]),
                await ClientProgram.RunAsync("ffmpeg", folder.Path, [.. Decode(path), .. packets]));
        }

        (string Program, string[] Arguments)[] Fetch(string path, string file)
        {
            var trusting = $"--ca-certificate={TestCertificate.AuthorityFile}";
            return
            [
                ("ffmpeg", [.. Decode(path), "-f", "null", "-"]),
                ("wget", ["--no-hsts", "--tries=1", trusting, "-O", $"wget-{file}", Url(path)]),
                ("aria2c", ["--no-conf", "--max-tries=1", trusting, "-o", $"aria2c-{file}", Url(path)]),
            ];
        }

        string[] Decode(string path) =>
            ["-v", "error", "-ca_file", TestCertificate.AuthorityFile, "-tls_verify", "1", "-i", Url(path)];
    }

    /// <summary>All of these at once, each in an element of its own, on a page of another site.</summary>
    private async Task IsPlayedAsync(bool load, params WebPlayer[] players)
    {
        ClientProgram.Require("ffmpeg"); // Which made the title.
        await using var browser = await Browser.StartAsync();
        if (load)
        {
            await WebPlayer.LoadAsync(browser, players);
        }
        else
        {
            Assert.SkipUnless(await WebPlayer.IsPlainAsync(browser), "This Chromium plays no HLS.");
        }

        var subject = players[0].Name;
        var token = shared.SignTitle(subject: subject, prefix: TokenCdn.Show);
        await DrainAsync("replica2"); // So that they begin at the one that dies.
        Assert.Equal(All("began"), await WebPlayer.BeginAsync(browser, Address, players));
        await WithNewKeysAndNoReplica1Async(async () => Assert.Equal(All("ended"), await WebPlayer.EndAsync(browser)));

        await RevokeAsync(subject, $"/t/{token}{Playlist}");
        var refused = (await WebPlayer.BeginAsync(browser, Address, players)).Split(", ");
        Assert.All(players, player => Assert.Contains(refused, how => how.StartsWith($"{player.Name} failed")));

        Uri Address(WebPlayer player) => new(Url($"/t/{token}/video/{TokenCdn.Show}{player.Playlist}"));
        string All(string how) => string.Join(", ", players.Select(player => $"{player.Name} {how}"));
    }

    private string Url(string path) => new Uri(Cdn.Address, path).ToString();

    private async Task DrainAsync(string replica) =>
        (await Cdn.OperateAsync(HttpMethod.Post, $"/api/replicas/{replica}/drain")).EnsureSuccessStatusCode();

    /// <summary>
    /// While something is done: other keys than those that tokens were signed with, and no replica1, nor what it held. Asserts
    /// that replica2 took over.
    /// </summary>
    private async Task WithNewKeysAndNoReplica1Async(Func<Task> something)
    {
        var (store, away) = (Cdn.Data.Of("replica1"), Cdn.Data.Of("replica1-away"));
        var served = ServedByReplica2();
        await Cdn.RunAsync("replica1", KnownResourceCommands.StopCommand);
        Directory.Move(store, away);
        await UseKeyAsync(TokenCdn.Key('B', "second"));
        try
        {
            await something();
            await Eventually.TrueAsync(() => ServedByReplica2() > served, "replica2 is seen to take over");
        }
        finally
        {
            await UseKeyAsync(TokenCdn.Key('A', "first"));
            Directory.Move(away, store);
            await Cdn.RunAsync("replica1", KnownResourceCommands.StartCommand);
            (await Cdn.OperateAsync(HttpMethod.Post, "/api/replicas/replica2/admit")).EnsureSuccessStatusCode();
            await Cdn.IsBackAsync("replica1");
        }
    }

    private int ServedByReplica2() =>
        File.ReadLines(Cdn.Data.Of("edge", "served-replica2.log")).Count(line => line.Contains("/names/" + TokenCdn.Show));

    /// <summary>Writes this key in place of the others, and waits until it is known.</summary>
    private async Task UseKeyAsync(string key)
    {
        shared.WriteKeys(key);
        var token = shared.SignTitle();
        await Eventually.TrueAsync(
            async () => (await shared.RefusalOfAsync($"/t/{token}{Title}")).Status == 302, "the key is known");
    }

    /// <summary>Takes a subject's tokens back; one of them is refused from then on.</summary>
    private async Task RevokeAsync(string subject, string itsAddress)
    {
        Assert.Equal(302, (await shared.RefusalOfAsync(itsAddress)).Status);
        using var revoked = await Cdn.OperateAsync(HttpMethod.Post, "/api/tokens/revoke", new { sub = subject });
        var report = await revoked.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(report.GetProperty("receipts")[0].GetProperty("done").GetBoolean());
        Assert.Equal((403, "revoked"), await shared.RefusalOfAsync(itsAddress));
    }
}

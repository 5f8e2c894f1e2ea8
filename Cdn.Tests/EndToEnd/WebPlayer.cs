using System.Text.Json;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>A player as pages have it: the browser's own, or a library that its makers publish in npm's registry.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Playlist">The manifest that it plays.</param>
/// <param name="Start">
/// JavaScript that has it play <c>url</c> in <c>video</c>, and calls <c>fail(why)</c> if it gives up.
/// </param>
/// <param name="Package">Name and version of its package; null for the browser itself.</param>
/// <param name="File">Its script in the package.</param>
internal sealed record WebPlayer(string Name, string Playlist, string Start, string? Package = null, string? File = null)
{
    private const string Hls = "index.m3u8";

    /// <summary>The browser itself, if it plays HLS: Chromium does since version 142.</summary>
    public static readonly WebPlayer Plain = new("video", Hls, "video.src = url;");

    /// <summary>Whether a browser plays HLS itself.</summary>
    public static async Task<bool> IsPlainAsync(Browser browser) =>
        await browser.RunAsync("async () => document.createElement('video').canPlayType('application/vnd.apple.mpegurl')") != "";

    /// <summary>Those of npm.</summary>
    public static readonly WebPlayer[] Libraries =
    [
        new("hls.js", Hls,
            """
            const hls = new Hls();
            hls.on(Hls.Events.ERROR, (_, error) => error.fatal && fail(error.details));
            hls.loadSource(url);
            hls.attachMedia(video);
            """,
            "hls.js@1.7.4", "dist/hls.min.js"),
        new("dash.js", "manifest.mpd",
            """
            const player = dashjs.MediaPlayer().create();
            player.updateSettings({ debug: { logLevel: dashjs.Debug.LOG_LEVEL_NONE } });
            player.on('error', error => fail(error.error.message));
            player.initialize(video, url, true);
            """,
            "dashjs@5.2.1", "dist/modern/umd/dash.all.min.js"),
        new("Shaka", "manifest.mpd",
            """
            shaka.polyfill.installAll();
            const player = new shaka.Player();
            player.attach(video).then(() => player.load(url)).catch(error => fail('error ' + error.code));
            """,
            "shaka-player@5.2.12", "dist/shaka-player.compiled.js"),
        new("video.js", Hls,
            """
            const player = videojs(video, { html5: { vhs: { overrideNative: true } } });
            player.on('error', () => fail(player.error().message));
            player.src({ src: url, type: 'application/x-mpegURL' });
            """,
            "video.js@8.24.1", "dist/video.min.js"),
    ];

    /// <summary>
    /// Loads players into a browser's page, and starts each on an element of its own. They play a little, and stop to wait.
    /// </summary>
    /// <returns>How far each came: <c>began</c>, or why it did not; by name.</returns>
    public static Task<string> BeginAsync(
        Browser browser, Func<WebPlayer, Uri> addressOf, params WebPlayer[] players) => browser.RunAsync(
        $$"""
        async () => {
            window.players = {};
            const begin = (name, url, start) => new Promise(resolve => {
                const video = document.createElement('video');
                video.muted = video.autoplay = true;
                video.crossOrigin = 'anonymous';
                document.body.append(video);
                const player = window.players[name] = { video, fail: reason => resolve('failed: ' + reason) };
                video.addEventListener('error', () => player.fail(video.error.message));
                video.addEventListener('timeupdate', () => {
                    if (!player.hasBegun && video.currentTime > 0.2) {
                        player.hasBegun = true;
                        video.pause();
                        resolve('began');
                    }
                });
                start(video, url, reason => player.fail(reason));
            });
            const all = [{{string.Join(", ", players.Select(player => Begin(player, addressOf(player))))}}];
            return (await Promise.all(all)).join(', ');
        }
        """);

    /// <summary>Has the players of the page go on: with the rest from near the end, which none of them has read yet.</summary>
    /// <returns>How each ended: <c>ended</c>, or why it did not; by name.</returns>
    public static Task<string> EndAsync(Browser browser) => browser.RunAsync(
        """
        async () => {
            const end = ([name, player]) => new Promise(resolve => {
                const video = player.video;
                player.fail = reason => resolve(name + ' failed: ' + reason);
                const hasShown = () => video.currentTime > 100 && video.getVideoPlaybackQuality().totalVideoFrames > 0;
                video.addEventListener('ended', () => resolve(name + (hasShown() ? ' ended' : ' showed nothing')));
                video.currentTime = video.duration - 3;
                video.play();
            });
            return (await Promise.all(Object.entries(window.players).map(end))).join(', ');
        }
        """);

    /// <summary>Fetches the packages by npm, and loads the scripts into the page.</summary>
    public static async Task LoadAsync(Browser browser, params WebPlayer[] players)
    {
        ClientProgram.Require("npm", "tar");
        using var folder = new TemporaryFolder();
        var (code, output) = await ClientProgram.TryAsync(
            "npm", folder.Path, ["pack", "--silent", "--prefer-offline", .. players.Select(player => player.Package!)]);
        Assert.SkipUnless(code == 0, $"npm cannot fetch the players: {output}");
        foreach (var player in players)
        {
            var archive = player.Package!.Replace('@', '-') + ".tgz";
            await ClientProgram.RunAsync("tar", folder.Path, "xzf", archive, "package/" + player.File);
            var script = await System.IO.File.ReadAllTextAsync(folder.Of("package", player.File!));
            await browser.RunAsync(
                $$"""
                async () => {
                    const script = document.createElement('script');
                    script.text = {{JsonSerializer.Serialize(script)}};
                    document.head.append(script);
                }
                """);
        }
    }

    private static string Begin(WebPlayer player, Uri address) =>
        $$"""
        begin('{{player.Name}}', '{{address}}', (video, url, fail) => { {{player.Start}} }).then(how => '{{player.Name}} ' + how)
        """;
}

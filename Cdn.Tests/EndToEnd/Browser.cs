using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>A headless Chromium with one page, spoken to in the DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _profile;
    private readonly ClientWebSocket _socket = new();
    private int _id;

    private Browser(Process process, TemporaryFolder profile) => (_process, _profile) = (process, profile);

    public static string? Path => new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public static async Task<Browser> StartAsync()
    {
        var profile = new TemporaryFolder();
        var start = new ProcessStartInfo(Path!,
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio", "--no-first-run",
            "--autoplay-policy=no-user-gesture-required", "--ignore-certificate-errors", "--remote-debugging-port=0",
            $"--user-data-dir={profile.Path}", "about:blank",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var browser = new Browser(process, profile);
        string? page = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var file = profile.Of("DevToolsActivePort");
                if (!File.Exists(file) || await File.ReadAllLinesAsync(file) is not [var port, ..])
                {
                    return false; // It is there before anything is in it.
                }

                using var http = new HttpClient();
                var targets = JsonNode.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/json"))!.AsArray();
                page = targets.FirstOrDefault(target => (string?)target!["type"] == "page")?["webSocketDebuggerUrl"]?.ToString();
                return page is not null;
            },
            "the browser has a page");
        await browser._socket.ConnectAsync(new Uri(page!), CancellationToken.None);
        return browser;
    }

    /// <summary>Runs an async function in the page and returns what it returns.</summary>
    public async Task<string> RunAsync(string function)
    {
        var id = ++_id;
        var command = new JsonObject
        {
            ["id"] = id,
            ["method"] = "Runtime.evaluate",
            ["params"] = new JsonObject { ["expression"] = $"({function})()", ["awaitPromise"] = true, ["returnByValue"] = true },
        };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _socket.SendAsync(Encoding.UTF8.GetBytes(command.ToJsonString()), WebSocketMessageType.Text, true, patience.Token);
        while (true)
        {
            var message = JsonNode.Parse(await ReceiveAsync(patience.Token))!;
            if ((int?)message["id"] == id)
            {
                return message["result"]!["result"]!["value"]?.ToString() ?? message.ToJsonString();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
    }

    private async Task<string> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, cancellationToken);
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(text.ToArray());
            }
        }
    }
}

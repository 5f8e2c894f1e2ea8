using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts.Tokens;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>A CDN whose samples need a token, and who signs for it.</summary>
public sealed class TokenCdn : IAsyncLifetime
{
    /// <summary>Folder of the title that players play, as HLS and DASH. It is there where ffmpeg is.</summary>
    public const string Show = "show/";

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _videos = new();

    public CdnApp Cdn { get; private set; } = null!;

    public TokenKeySet Keys { get; private set; } = null!;

    /// <summary>A client that is sent nowhere.</summary>
    public HttpClient Plain { get; private set; } = null!;

    public static TokenClaims Claims(string container) =>
        new() { Container = container, Expires = DateTimeOffset.UtcNow.AddHours(1) };

    public async ValueTask InitializeAsync()
    {
        WriteKeys(Key('A', "first"));
        await MakeVideosAsync();
        Cdn = await CdnApp.StartAsync(_videos.Path, "--TOKENS=required", $"--TOKEN_KEYS={_folder.Of("keys.json")}");
        Plain = Cdn.CreateClient(followRedirects: false);
    }

    public async ValueTask DisposeAsync()
    {
        await Cdn.DisposeAsync();
        _folder.Dispose();
        _videos.Dispose();
    }

    /// <summary>A secret of HS256.</summary>
    public static string Key(char fill, string id) => $$"""{"kty": "oct", "kid": "{{id}}", "k": "{{new string(fill, 42)}}A"}""";

    /// <summary>Writes the key set anew, with these first.</summary>
    public void WriteKeys(params string[] keys)
    {
        var json = $$"""{"keys": [{{string.Join(", ", keys)}}, {"kty": "oct", "kid": "content", "use": "enc", "k": "4uFxxV7fhNmrtiah2d1fFg"}]}""";
        Keys = TokenKeySet.Parse(json);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(_folder.Of("keys.json.part"), options))
        {
            writer.Write(json);
        }

        File.Move(_folder.Of("keys.json.part"), _folder.Of("keys.json"), overwrite: true);
    }

    public string Sign(TokenClaims claims) => new TokenSigner(Keys).Sign(claims);

    public string SignTitle(string? subject = null, string? id = null, string? client = null, string prefix = "hls/") =>
        Sign(Claims(UriContainer.ForPrefix(prefix)) with { Subject = subject, Id = id, ClientAddress = client });

    /// <summary>What the first redirect of an address leads to.</summary>
    public async Task<string> RedirectOfAsync(string path)
    {
        using var response = await Plain.GetAsync(path);
        Assert.Equal(302, (int)response.StatusCode);
        return response.Headers.Location!.OriginalString;
    }

    /// <summary>Status and reason of a refusal, which pages of other sites may read.</summary>
    public async Task<(int Status, string? Reason)> RefusalOfAsync(HttpRequestMessage request)
    {
        using var response = await Plain.SendAsync(request);
        if ((int)response.StatusCode < 400)
        {
            return ((int)response.StatusCode, null);
        }

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        return ((int)response.StatusCode, problem.GetProperty("reason").GetString());
    }

    public Task<(int Status, string? Reason)> RefusalOfAsync(string path) =>
        RefusalOfAsync(new HttpRequestMessage(HttpMethod.Get, path) { Version = new(2, 0) });

    /// <summary>
    /// The samples, and one of them 25 times over: longer than what a player reads ahead, so that it asks for more while it
    /// plays.
    /// </summary>
    private async Task MakeVideosAsync()
    {
        var samples = Path.Combine(Repository.Root, "videos");
        foreach (var file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            _videos.Write(Path.GetRelativePath(samples, file), await File.ReadAllBytesAsync(file));
        }

        if (!Shell.Has("ffmpeg"))
        {
            return;
        }

        Directory.CreateDirectory(_videos.Of(Show));
        string[] copied = ["-v", "error", "-stream_loop", "24", "-i", _videos.Of("sample.mp4"), "-c", "copy"];
        await ClientProgram.RunAsync(
            "ffmpeg", _videos.Of(Show), [.. copied, "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "index.m3u8"]);
        await ClientProgram.RunAsync("ffmpeg", _videos.Of(Show), [.. copied, "-f", "dash", "-seg_duration", "4", "manifest.mpd"]);
        foreach (var file in Directory.EnumerateFiles(_videos.Of(Show)))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        }
    }
}

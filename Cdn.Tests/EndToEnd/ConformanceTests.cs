using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>
/// The same requests to a CDN whose nginx reads the replica's store (R4) and to one whose nginx has to ask the replica (R5): both
/// give the answer of RFC 9110, and the same one, byte for byte and header for header.
/// </summary>
[StartsProcesses]
public sealed partial class ConformanceTests(ConformanceTests.BothPaths paths) : IClassFixture<ConformanceTests.BothPaths>
{
    private const string Film = "/replica1/video/film.mp4";
    private const string Older = "Thu, 01 Jan 2026 00:00:00 GMT";
    private const string Later = "Sat, 01 Jan 2028 00:00:00 GMT";

    public static TheoryData<string, string, string[], int, string> Requests()
    {
        var data = new TheoryData<string, string, string[], int, string>();

        // The whole: body "all". One part: "0-9". Several parts: "0-1,5-6". Nothing: "".
        Get(200, "all");
        Head(200, "");
        Get(200, "all", "Accept-Encoding: gzip, br");
        Get(200, "all", "Cookie: a=b", "Origin: https://player.example");

        // Ranges, section 14.
        Get(206, "0-0", "Range: bytes=0-0");
        Get(206, "0-9", "Range: bytes=0-9");
        Get(206, "10-19", "Range: bytes=10-19");
        Get(206, "99990-99999", "Range: bytes=99990-");
        Get(206, "0-99999", "Range: bytes=0-");
        Get(206, "99999-99999", "Range: bytes=-1");
        Get(206, "0-99999", "Range: bytes=-200000");
        Get(206, "5-99999", "Range: bytes=5-200000");
        Get(206, "0-9", "Range: BYTES=0-9");
        Get(206, "0-9", "Range: bytes= 0 - 9 ");
        Get(206, "0-1,5-6", "Range: bytes=0-1,5-6");
        Get(206, "5-6,0-1", "Range: bytes=5-6, 0-1");
        Get(206, "0-4,2-6", "Range: bytes=0-4,2-6");
        Get(206, "0-0,99999-99999", "Range: bytes=0-0,-1");
        Get(206, "0-0", "Range: bytes=0-0,200000-");
        Get(206, "1-1,3-3,5-5,7-7", "Range: bytes=1-1,3-3,5-5,7-7");
        Get(416, "", "Range: bytes=100000-");
        Get(416, "", "Range: bytes=200000-300000");
        Get(416, "", "Range: bytes=-0");
        Get(416, "", "Range: bytes=200000-,300000-");
        Get(416, "", "Range: bytes=9-5");
        Get(416, "", "Range: bytes=abc");
        Get(416, "", "Range: bytes= - 5");
        Get(200, "all", "Range: bytes=");
        Get(416, "", "Range: bytes=1-2,");
        Get(416, "", "Range: bytes=1-2-3");
        Get(416, "", "Range: bytes=99999999999999999999-");
        Get(200, "all", "Range: items=0-9");
        Get(200, "all", "Range: 0-9");
        Get(200, "all", "Range: bytes=0-99999,0-99999");
        Get(200, "all", "Range: bytes=" + string.Join(',', Enumerable.Range(0, 20).Select(i => $"{i}-{i}")));
        Head(200, "", "Range: bytes=0-9");

        // If-Range, section 13.1.5.
        Get(206, "0-9", "Range: bytes=0-9", "If-Range: TAG");
        Get(206, "0-9", "Range: bytes=0-9", "If-Range: DATE");
        Get(200, "all", "Range: bytes=0-9", "If-Range: \"other\"");
        Get(200, "all", "Range: bytes=0-9", "If-Range: W/TAG");
        Get(200, "all", "Range: bytes=0-9", "If-Range: " + Older);
        Get(200, "all", "Range: bytes=0-9", "If-Range: " + Later);
        Get(200, "all", "If-Range: TAG");

        // Conditions, sections 13.1 and 13.2.
        Get(304, "", "If-None-Match: TAG");
        Get(304, "", "If-None-Match: W/TAG");
        Get(304, "", "If-None-Match: *");
        Get(304, "", "If-None-Match: \"other\", TAG");
        Get(304, "", "If-None-Match: no tag, TAG");
        Get(200, "all", "If-None-Match: W/ TAG");
        Get(200, "all", "If-None-Match: \"other\"");
        Head(304, "", "If-None-Match: TAG");
        Head(200, "", "If-None-Match: \"other\"");
        Get(304, "", "If-Modified-Since: DATE");
        Get(304, "", "If-Modified-Since: " + Later);
        Get(200, "all", "If-Modified-Since: " + Older);
        Get(304, "", "If-Modified-Since: Mon, 01 Jan 2028 00:00:00 GMT"); // A Saturday.
        Get(304, "", "If-Modified-Since: Saturday, 01-Jan-28 00:00:00 GMT");
        Get(200, "all", "If-Modified-Since: yesterday");
        Get(304, "", "If-None-Match: TAG", "If-Modified-Since: " + Older);
        Get(200, "all", "If-None-Match: \"other\"", "If-Modified-Since: " + Later);
        Get(304, "", "If-None-Match: TAG", "If-Modified-Since: DATE");
        Get(200, "all", "If-Match: TAG");
        Get(200, "all", "If-Match: *");
        Get(200, "all", "If-Match: \"other\", TAG");
        Get(412, "problem", "If-Match: \"other\"");
        Get(412, "problem", "If-Match: W/TAG");
        Head(412, "", "If-Match: \"other\"");
        Get(200, "all", "If-Unmodified-Since: DATE");
        Get(412, "problem", "If-Unmodified-Since: " + Older);
        Get(200, "all", "If-Unmodified-Since: yesterday");
        Get(200, "all", "If-Match: TAG", "If-Unmodified-Since: " + Older);
        Get(304, "", "If-None-Match: TAG", "Range: bytes=0-9");
        Get(304, "", "If-None-Match: TAG", "Range: bytes=200000-");
        Get(206, "0-9", "If-None-Match: \"other\"", "Range: bytes=0-9");
        Get(206, "0-9", "If-Match: TAG", "Range: bytes=0-9");
        Get(412, "problem", "If-Match: \"other\"", "Range: bytes=0-9");
        Get(206, "0-1,5-6", "If-Match: TAG", "Range: bytes=0-1,5-6");
        Get(416, "", "If-Match: TAG", "Range: bytes=200000-");

        // A digest on demand, RFC 9530.
        Get(200, "all", "Want-Repr-Digest: sha-256=1");
        Get(206, "0-9", "Want-Repr-Digest: sha-512=3, sha-256=10", "Range: bytes=0-9");
        Head(200, "", "Want-Repr-Digest: sha-256=1");
        Get(200, "all", "Want-Repr-Digest: sha-256=0");

        // Methods.
        Add("OPTIONS", Film, 204, "", "Origin: https://player.example", "Access-Control-Request-Method: GET");
        Add("POST", Film, 405, "problem");
        Add("DELETE", Film, 405, "problem");

        // Names.
        Add("GET", "/replica1/video/shows/1/a%20b%2Bc%25.mp4", 200, "all");
        Add("GET", "/replica1/video/shows/1/a b+c%25.mp4".Replace(" ", "%20"), 200, "all");
        Add("GET", "/replica1/video/shows//1/../1/./a%20b+c%25.mp4", 200, "all");
        Add("GET", "/replica1/video/%C3%BC%E2%98%83.webm", 206, "0-9", "Range: bytes=0-9");
        Add("GET", "/replica1/video/q%3Fx%23y;z%27%22.MP4", 200, "all");
        Add("GET", "/replica1/video/film.mp4?token=1&t=%20", 200, "all");
        Add("GET", "/replica1/video/names/index.db", 200, "all");
        Add("GET", "/replica1/video/live.m3u8", 200, "all");
        Add("GET", "/replica1/video/LIVE.M3U8", 200, "all");
        Add("GET", "/replica1/video/page.html", 200, "all");
        Add("GET", "/replica1/video/unknown.extension", 200, "all");
        Add("GET", "/replica1/video/empty.bin", 200, "");
        Add("GET", "/replica1/video/empty.bin", 200, "", "Range: bytes=0-");
        Add("GET", "/replica1/video/empty.bin", 200, "", "Range: bytes=-5");
        Add("GET", "/replica1/video/empty.bin", 200, "", "Range: bytes=-0");
        Add("GET", "/replica1/video/empty.bin", 200, "", "Range: bytes=5-,0-");
        Add("GET", "/replica1/video/empty.bin", 416, "", "Range: bytes=5-");
        Add("GET", "/replica1/video/empty.bin", 416, "", "Range: bytes=5-9,7-");
        Add("GET", "/replica1/video/shows", 404, "problem");
        Add("GET", "/replica1/video/shows/", 400, "problem");
        Add("GET", "/replica1/video/film.mp4/", 400, "problem");
        Add("GET", "/replica1/video/none.mp4", 404, "problem");
        Add("GET", "/replica1/video/../../names/film.mp4", 404, "problem");
        return data;

        void Get(int status, string body, params string[] headers) => Add("GET", Film, status, body, headers);
        void Head(int status, string body, params string[] headers) => Add("HEAD", Film, status, body, headers);
        void Add(string method, string path, int status, string body, params string[] headers) => data.Add(method, path, headers, status, body);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_OnBothPaths_HasTheAnswerOfTheRfc(string method, string path, string[] headers, int status, string body)
    {
        var direct = await AskAsync(paths.Direct, method, path, headers);
        var proxied = await AskAsync(paths.Proxied, method, path, headers);

        Assert.Equal(direct.Head, proxied.Head);
        Assert.Equal(direct.Body, proxied.Body);
        Assert.StartsWith($"{status}\n", direct.Head);
        Assert.DoesNotContain("nginx/", direct.Head); // No version.
        Assert.DoesNotContain("\nx-cdn-", direct.Head); // No header of ours that has no business outside.
        Assert.DoesNotContain("alt-svc", direct.Head); // There is no HTTP/3 here.
        Assert.Single(CorsHeader().Matches(direct.Head));
        Assert.Single(NosniffHeader().Matches(direct.Head));
        Assert.DoesNotContain("strict-transport-security", direct.Head); // A development certificate.
        var film = path.Contains("empty") ? [] : paths.Film;
        switch (body)
        {
            case "all":
                Assert.Equal(film, direct.Body);
                break;
            case "problem":
                Assert.Contains("application/problem+json", direct.Head);
                break;
            case { Length: > 0 } when body.Contains(','):
                Assert.Equal(Multipart(film, body), Encoding.Latin1.GetString(direct.Body));
                break;
            case { Length: > 0 }:
                var ends = body.Split('-').Select(int.Parse).ToList();
                Assert.Equal(film[ends[0]..(ends[1] + 1)], direct.Body);
                Assert.Contains($"\ncontent-range: bytes {body}/{film.Length}\n", direct.Head);
                break;
            default:
                Assert.Empty(direct.Body);
                break;
        }

        if (status is 200 or 206 or 304 or 416)
        {
            Assert.Contains("\ncache-status: replica1; hit\n", direct.Head);
            Assert.Contains("\netag: ", direct.Head);
            Assert.Contains(
                path.Contains("m3u8", StringComparison.OrdinalIgnoreCase) ? "max-age=2\n" : "max-age=3600\n", direct.Head);
            Assert.Equal(status == 416, direct.Head.Contains("\ncache-control: no-store\n"));
        }

        Assert.Equal(headers.Any(header => header.Contains("sha-256=1")), direct.Head.Contains(Bytes.Digest(film).ToReprDigest()));
    }

    private static async Task<(string Head, byte[] Body)> AskAsync(CdnApp cdn, string method, string path, string[] headers)
    {
        using var head = await cdn.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Film) { Version = HttpVersion.Version20 });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(
            cdn.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version20,
        };
        foreach (var header in headers)
        {
            var (name, value) = (header[..header.IndexOf(':')], header[(header.IndexOf(':') + 2)..]);
            value = value.Replace("TAG", head.Headers.ETag!.ToString()).Replace("DATE", head.Content.Headers.LastModified!.Value.ToString("R"));
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await cdn.Client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var lines = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Value.Select(value => $"{header.Key.ToLowerInvariant()}: {value}"))
            .Where(line => !line.StartsWith("date:"))
            .Order(StringComparer.Ordinal);
        var text = $"{(int)response.StatusCode}\n{string.Join('\n', lines)}\n";

        if (text.Contains("problem+json"))
        {
            body = Encoding.UTF8.GetBytes(TraceId().Replace(Encoding.UTF8.GetString(body), ""));
        }

        // The boundary of several parts differs with every answer.
        return Boundary().Match(text) is { Success: true } boundary
            ? (text.Replace(boundary.Groups[1].Value, "BOUNDARY"),
                Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Replace(boundary.Groups[1].Value, "BOUNDARY")))
            : (text, body);
    }

    private static string Multipart(byte[] film, string parts) => string.Concat(parts.Split(',').Select(part =>
    {
        var ends = part.Split('-').Select(int.Parse).ToList();
        return $"\r\n--BOUNDARY\r\nContent-Type: video/mp4\r\nContent-Range: bytes {part}/{film.Length}\r\n\r\n"
            + Encoding.Latin1.GetString(film, ends[0], ends[1] - ends[0] + 1);
    })) + "\r\n--BOUNDARY--\r\n";

    [GeneratedRegex(",\"traceId\":\"[^\"]*\"")]
    private static partial Regex TraceId();

    [GeneratedRegex("boundary=([0-9]{20})")]
    private static partial Regex Boundary();

    [GeneratedRegex("^access-control-allow-origin: \\*$", RegexOptions.Multiline)]
    private static partial Regex CorsHeader();

    [GeneratedRegex("^x-content-type-options: nosniff$", RegexOptions.Multiline)]
    private static partial Regex NosniffHeader();

    public sealed class BothPaths : IAsyncLifetime
    {
        private readonly TemporaryFolder _videos = new();

        public byte[] Film { get; } = Bytes.Random(100_000);

        public CdnApp Direct { get; private set; } = null!;

        public CdnApp Proxied { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            foreach (var name in (string[])["film.mp4", "shows/1/a b+c%.mp4", "ü☃.webm", "q?x#y;z'\".MP4", "names/index.db", "live.m3u8", "LIVE.M3U8", "page.html", "unknown.extension"])
            {
                _videos.Write(name, Film);
            }

            _videos.Write("empty.bin", []);
            foreach (var name in (string[])["small.mp4", "shows/1/small.ts", "ü☃.m3u8"])
            {
                _videos.Write(name, Film[..100]);
            }

            Direct = await CdnApp.StartAsync(_videos.Path, WithoutLimits);
            Proxied = await CdnApp.StartAsync(_videos.Path, WithoutLimits, "--EDGE_SEES_STORE=false");
        }

        public async ValueTask DisposeAsync()
        {
            await Direct.DisposeAsync();
            await Proxied.DisposeAsync();
            _videos.Dispose();
        }

        /// <summary>Who asks for names that nobody has is not told to come later.</summary>
        private static void WithoutLimits(IDistributedApplicationTestingBuilder builder)
        {
            foreach (var replica in builder.Resources.OfType<ProjectResource>().Where(
                project => project.Name.StartsWith("replica")))
            {
                builder.CreateResourceBuilder(replica).WithEnvironment("LIMIT_PULLS", "0");
            }
        }
    }
}

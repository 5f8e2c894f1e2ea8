using System.Globalization;
using System.Text.RegularExpressions;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <content>Honest clients of every kind: none is turned away for what its answer does not depend on, on neither path.</content>
public sealed partial class ConformanceTests
{
    public static TheoryData<string, string> Oddities => new()
    {
        { "HTTP/1.1", "Host: x\r\nReferer: https://example.org/caf\u00e9" },
        { "HTTP/1.1", "Host: x\r\nUser-Agent: T\u00e9l\u00e9 \u00ff" },
        { "HTTP/1.1", "Host: x\r\n" + string.Join("\r\n", Enumerable.Range(0, 150).Select(i => $"X-Mine-{i}: {i}")) },
        { "HTTP/1.1", "Host: x\r\nCookie: " + new string('c', 7000) + "\r\nX-Long: " + new string('x', 7000) },
        { "HTTP/1.1", "Host: x\r\nIf-None-Match: \"\u00e9\"\r\ntraceparent: \u00e9\r\nX-Cdn-Query: mine=1" },
        { "HTTP/1.1", "Host: \u00e9.example" },
        { "HTTP/1.0", "Accept: */*" },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public async Task Client_WithFieldsThatNoAnswerDependsOn_IsServed(string version, string fields)
    {
        foreach (var cdn in (CdnApp[])[paths.Direct, paths.Proxied])
        {
            foreach (var (path, status) in ((string, int)[])[("/video/film.mp4", 302), (Film, 200), ("/steering/live.m3u8", 200), ("/", 200)])
            {
                var answer = await RawTls.SendAsync(cdn.Address, $"GET {path} {version}\r\n{fields}");
                Assert.True(
                    status == answer.Status, $"{path}: {answer.Head}\n{answer.Body[..Math.Min(300, answer.Body.Length)]}");
                Assert.DoesNotContain("mine", answer["Location"] ?? "");
            }
        }
    }

    [Theory]
    [InlineData("t=\u00c3\u00a9", "t=%C3%A9")]
    [InlineData("t=\u00e9&u=1", "t=%E9&u=1")]
    [InlineData("t=%C3%A9", "t=%C3%A9")]
    [InlineData("t=\"<x>\"|{}", "t=%22%3Cx%3E%22%7C%7B%7D")]
    [InlineData("t=100%&x", "t=100%25&x")]
    [InlineData("a=b&token=e.Y_-~", "a=b&token=e.Y_-~")]
    public async Task Query_OfWhateverBytes_IsInTheRedirectAsAsciiAndServed(string query, string expected)
    {
        foreach (var cdn in (CdnApp[])[paths.Direct, paths.Proxied])
        {
            var redirect = await RawTls.SendAsync(cdn.Address, $"GET /video/film.mp4?{query} HTTP/1.1\r\nHost: x");
            Assert.Equal(302, redirect.Status);
            Assert.Matches($@"^/replica[12]/video/film\.mp4\?{Regex.Escape(expected)}$", redirect["Location"]);
            foreach (var target in (string[])[redirect["Location"]!, $"{Film}?{query}", $"/steering/live.m3u8?{query}"])
            {
                Assert.Equal(200, (await RawTls.SendAsync(cdn.Address, $"GET {target} HTTP/1.1\r\nHost: x")).Status);
            }
        }
    }

    [Theory]
    [InlineData("/video/film.mp4")]
    [InlineData(Film)]
    [InlineData("/steering/live.m3u8")]
    public async Task Page_OfAnotherSite_MaySendAndReadWhatPlayersDo(string path)
    {
        foreach (var cdn in (CdnApp[])[paths.Direct, paths.Proxied])
        {
            var allowed = await RawTls.SendAsync(
                cdn.Address, $"OPTIONS {path} HTTP/1.1\r\nHost: x\r\nOrigin: https://player.example");
            Assert.Equal(204, allowed.Status);
            var names = allowed["Access-Control-Allow-Headers"]!.Split(", ");
            Assert.Empty(((string[])
            [
                "Range", "CMCD-Object", "CMCD-Request", "CMCD-Session", "CMCD-Status", "traceparent", "tracestate",
                "If-None-Match", "If-Range",
            ]).Except(names));

            var read = await RawTls.SendAsync(cdn.Address, $"GET {path} HTTP/1.1\r\nHost: x\r\nOrigin: https://player.example");
            Assert.Empty(((string[])["Date", "Retry-After", "Server-Timing", "Content-Range", "Content-Length", "ETag"])
                .Except(read["Access-Control-Expose-Headers"]!.Split(", ")));
        }
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/API/purge")]
    [InlineData("/steering")]
    [InlineData("/video")]
    [InlineData("/replica1")]
    [InlineData("/replica1/video")]
    [InlineData("/replica1/video/")]
    [InlineData("/replica9/video/film.mp4")]
    [InlineData("/nothing.mp4")]
    [InlineData("/summary")]
    [InlineData("/health")]
    [InlineData("/video/a%01b")]
    public async Task Path_ThatLeadsNowhere_IsAProblemThatSaysSo(string path)
    {
        foreach (var cdn in (CdnApp[])[paths.Direct, paths.Proxied])
        {
            var answer = await RawTls.SendAsync(cdn.Address, $"GET {path} HTTP/1.1\r\nHost: elsewhere.example");
            Assert.Equal(404, answer.Status);
            Assert.Equal("application/problem+json", answer["Content-Type"]);
            Assert.Null(answer["Location"]);
            Assert.Equal("*", answer["Access-Control-Allow-Origin"]);
            Assert.Contains("There is nothing at this address.", answer.Body);
        }
    }

    [Theory]
    [InlineData("_HLS_pathway=\"{0}\"")]
    [InlineData("_HLS_pathway=%22{0}%22&_HLS_throughput=5140000")]
    [InlineData("_HLS_pathway={0}")]
    [InlineData("_DASH_pathway=%22{0}%22&_DASH_throughput=5140000")]
    public async Task Player_ThatSaysWhereItIs_StaysThere(string query)
    {
        foreach (var replica in (string[])["replica1", "replica2", "replica2", "replica1"])
        {
            var answer = await RawTls.SendAsync(
                paths.Direct.Address,
                $"GET /steering/live.m3u8?{string.Format(CultureInfo.InvariantCulture, query, replica)} HTTP/1.1\r\nHost: x");
            Assert.Contains($"\"PATHWAY-PRIORITY\":[\"{replica}\",", answer.Body);
        }
    }
}

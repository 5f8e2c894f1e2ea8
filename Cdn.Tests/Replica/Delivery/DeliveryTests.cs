using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Delivery;

[StartsProcesses]
public sealed class DeliveryTests(DeliveryTests.Film held) : IClassFixture<DeliveryTests.Film>
{
    private const string LastModified = "Fri, 02 Jan 2026 03:04:05 GMT";

    private readonly byte[] _film = held.Bytes;
    private readonly ReplicaProcess _replica = held.Replica;
    private readonly string _tag = held.Tag;

    [Fact]
    public async Task Get_Whole_HasAllHeaders()
    {
        using var response = await AskAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(_film, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("video/mp4", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(["bytes"], response.Headers.AcceptRanges);
        Assert.Equal(LastModified, response.Content.Headers.LastModified!.Value.ToString("R"));
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.Equal("\"695735a5-3e8\"", _tag);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Head_Whole_HasLengthAndNoBody()
    {
        using var response = await AskAsync(method: HttpMethod.Head);

        Assert.Equal(1000, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=0-0", 206, "bytes 0-0/1000")]
    [InlineData("bytes=990-", 206, "bytes 990-999/1000")]
    [InlineData("bytes=-1", 206, "bytes 999-999/1000")]
    [InlineData("bytes=-5000", 206, "bytes 0-999/1000")]
    [InlineData("bytes=0-5000", 206, "bytes 0-999/1000")]
    [InlineData("bytes=1000-", 416, "bytes */1000")]
    [InlineData("bytes=5-4", 416, "bytes */1000")]
    [InlineData("lines=1-2", 200, null)]
    public async Task Get_Range_IsAnsweredAsRfc9110Says(string range, int status, string? contentRange)
    {
        using var response = await AskAsync(("Range", range));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(contentRange, response.Content.Headers.ContentRange?.ToString());
        if (response.Content.Headers.ContentRange is { HasRange: true } part)
        {
            Assert.Equal(_film[(int)part.From!..((int)part.To! + 1)], await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("If-None-Match", "TAG", 304)]
    [InlineData("If-None-Match", "\"other\", TAG", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"other\"", 200)]
    [InlineData("If-Modified-Since", LastModified, 304)]
    [InlineData("If-Modified-Since", "Thu, 01 Jan 2026 03:04:05 GMT", 200)]
    [InlineData("If-Match", "\"other\"", 412)]
    [InlineData("If-Match", "TAG", 200)]
    [InlineData("If-Unmodified-Since", "Thu, 01 Jan 2026 03:04:05 GMT", 412)]
    public async Task Get_Condition_IsAnsweredAsRfc9110Says(string header, string value, int status)
    {
        using var response = await AskAsync((header, value.Replace("TAG", _tag)));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("TAG", 206)]
    [InlineData("\"other\"", 200)]
    [InlineData(LastModified, 206)]
    [InlineData("Thu, 01 Jan 2026 03:04:05 GMT", 200)]
    public async Task Get_IfRange_ServesThePartOnlyOfTheSameVersion(string ifRange, int status)
    {
        using var response = await AskAsync(("Range", "bytes=0-9"), ("If-Range", ifRange.Replace("TAG", _tag)));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("a.webm", "video/webm")]
    [InlineData("a.mkv", "video/matroska")]
    [InlineData("a.m3u8", "application/vnd.apple.mpegurl")]
    [InlineData("a.ts", "video/mp2t")]
    [InlineData("a.m4s", "video/iso.segment")]
    [InlineData("a.mpd", "application/dash+xml")]
    [InlineData("a.vtt", "text/vtt")]
    [InlineData("a.JPG", "image/jpeg")]
    [InlineData("a.unknown", "application/octet-stream")]
    [InlineData("mp4", "application/octet-stream")]
    public async Task Get_Extension_HasItsContentType(string name, string contentType)
    {
        await _replica.PushAsync(name, _film);

        using var response = await _replica.Service.Http.GetAsync("/video/" + name);

        Assert.Equal(contentType, response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Get_NotHeld_Is404WithProblemDetails()
    {
        using var response = await _replica.Service.Http.GetAsync("/video/none.mp4");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    private async Task<HttpResponseMessage> AskAsync(params (string Name, string Value)[] headers) => await AskAsync(null, headers);

    private async Task<HttpResponseMessage> AskAsync(HttpMethod? method, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "/video/film.mp4");
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await _replica.Service.Http.SendAsync(request);
    }

    /// <summary>One replica for all of these tests, which leave what it holds alone or push under names of their own.</summary>
    public sealed class Film : IAsyncLifetime
    {
        public byte[] Bytes { get; } = Infrastructure.Bytes.Random(1000);

        public ReplicaProcess Replica { get; private set; } = null!;

        public string Tag { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Replica = await ReplicaProcess.StartAsync();
            await Replica.PushAsync("film.mp4", Bytes);
            using var response = await Replica.Service.Http.GetAsync("/video/film.mp4");
            Tag = response.Headers.ETag!.ToString();
        }

        public ValueTask DisposeAsync() => Replica.DisposeAsync();
    }
}

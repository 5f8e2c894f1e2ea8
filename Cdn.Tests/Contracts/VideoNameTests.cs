using System.Text.Json;
using Cdn.Contracts;

namespace Cdn.Tests.Contracts;

public class VideoNameTests
{
    public static TheoryData<string> GoodNames => new(
        "a", "film.mp4", "shows/1/intro.mp4", "Größe & co #1 ?.mp4", "100%.mp4", "...", "a..b", ".hidden", "映画/日本.webm",
        new string('x', 255), string.Join('/', Enumerable.Repeat(new string('x', 203), 5)));

    public static TheoryData<string> BadNames => new(
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", "a\\b", "a\0b", "a\nb", "a\u007fb", "\ud800",
        new string('x', 256), new string('ä', 128), string.Join('/', Enumerable.Repeat(new string('x', 205), 5)));

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void TryParse_GoodName_KeepsIt(string text)
    {
        Assert.True(VideoName.TryParse(text, out var name, out var error), error);
        Assert.Equal(text, name.Value);
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public void TryParse_BadName_SaysWhichRule(string text)
    {
        Assert.False(VideoName.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void ToUrlPath_GoodName_ComesBackWhenParsed(string text)
    {
        var path = VideoName.Parse(text).ToUrlPath();
        Assert.All(path, character => Assert.True(char.IsAscii(character)));
        Assert.True(VideoName.TryParseEscaped(path, out var name, out _));
        Assert.Equal(text, name.Value);
    }

    [Theory]
    [InlineData("%2e%2e%2fetc")]
    [InlineData("a/%2E%2E/b")]
    [InlineData("a%00")]
    [InlineData("a%5Cb")]
    [InlineData("a%")]
    [InlineData("a%2")]
    [InlineData("a%zz")]
    [InlineData("a%ff")]
    [InlineData("%C0%AE%C0%AE/a")]
    public void TryParseEscaped_DisguisedBadName_IsRefused(string escaped) =>
        Assert.False(VideoName.TryParseEscaped(escaped, out _, out _));

    [Fact]
    public void TryParseEscaped_DoubleEncoded_IsDecodedOnce()
    {
        Assert.True(VideoName.TryParseEscaped("%252e%252e", out var name, out _));
        Assert.Equal("%2e%2e", name.Value);
    }

    [Fact]
    public void Json_BadName_IsRefused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"video":"../a","replica":"replica1"}""", WireJson.Default.PushRequest));
}

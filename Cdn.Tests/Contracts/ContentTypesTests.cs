using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Contracts;

public class ContentTypesTests
{
    [Theory]
    [InlineData("a.mp4", "video/mp4")]
    [InlineData("A.MP4", "video/mp4")]
    [InlineData("a.mp4.m3u8", "application/vnd.apple.mpegurl")]
    [InlineData("a.ts", "video/mp2t")]
    [InlineData("a.html", "text/html")]
    [InlineData("a.wasm", "application/wasm")]
    [InlineData("folder.mp4/a", "application/octet-stream")]
    [InlineData("a.nothing-known", "application/octet-stream")]
    public void Of_ByTheLastExtension(string name, string type) => Assert.Equal(type, ContentTypes.Of(VideoName.Parse(name)));

    /// <summary>nginx's list is this one, written down: <c>UPDATE_SNAPSHOTS=1</c> writes it anew.</summary>
    [Fact]
    public void Types_OfNginx_AreTheSame()
    {
        var lines = ContentTypes.ByExtension
            .GroupBy(type => type.Value, type => type.Key[1..].ToLowerInvariant())
            .OrderBy(type => type.Key, StringComparer.Ordinal)
            .Select(type => $"    {type.Key} {string.Join(' ', type.Order(StringComparer.Ordinal))};\n");

        Snapshot.IsIn(
            Path.Combine(Repository.Root, "nginx", "types.conf"),
            $"# Written from ContentTypes.cs by its test; change it there.\ntypes {{\n{string.Concat(lines)}}}\n");
    }
}

using System.Text.RegularExpressions;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Contracts;

public class ContentTypesTests
{
    [Theory]
    [InlineData("a.mp4", "video/mp4")]
    [InlineData("A.MP4", "video/mp4")]
    [InlineData("a.mp4.m3u8", "application/vnd.apple.mpegurl")]
    [InlineData("folder.mp4/a", "application/octet-stream")]
    [InlineData("a.exe", "application/octet-stream")]
    public void Of_ByTheLastExtension(string name, string type) => Assert.Equal(type, ContentTypes.Of(VideoName.Parse(name)));

    [Fact]
    public void Types_OfNginx_AreTheSame()
    {
        var configuration = File.ReadAllText(Path.Combine(Repository.Root, "nginx", "nginx.conf"));
        var block = Regex.Match(configuration, @"\btypes \{(.*?)\}", RegexOptions.Singleline).Groups[1].Value;
        var types = block.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .SelectMany(words => words[1..].Select(extension => KeyValuePair.Create("." + extension, words[0])));

        Assert.Equal(ContentTypes.ByExtension.OrderBy(type => type.Key), types.OrderBy(type => type.Key));
    }
}

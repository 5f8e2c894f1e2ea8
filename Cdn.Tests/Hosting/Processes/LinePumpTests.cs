using System.Text;
using Cdn.Hosting;

namespace Cdn.Tests.Hosting.Processes;

public sealed class LinePumpTests
{
    [Theory]
    [InlineData("a\nb\n", new[] { "a", "b" })]
    [InlineData("a\r\nb", new[] { "a", "b" })]
    [InlineData("\n\n", new[] { "", "" })]
    [InlineData("", new string[0])]
    [InlineData("å→€", new[] { "å→€" })]
    public async Task Pump_Text_IsCutIntoLines(string text, string[] expected)
    {
        Assert.Equal(expected, await PumpAsync(text));
    }

    [Fact]
    public async Task Pump_EndlessLine_IsCutAtTheLimit()
    {
        var lines = await PumpAsync(new string('x', (LinePump.MaxLineLength * 3) + 1));

        Assert.Equal([LinePump.MaxLineLength, LinePump.MaxLineLength, LinePump.MaxLineLength, 1], lines.Select(l => l.Length));
    }

    private static async Task<List<string>> PumpAsync(string text)
    {
        var lines = new List<string>();
        await LinePump.RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), lines.Add);
        return lines;
    }
}

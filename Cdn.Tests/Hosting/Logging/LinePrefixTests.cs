using Cdn.Hosting;

namespace Cdn.Tests.Hosting.Logging;

public sealed class LinePrefixTests
{
    [Fact]
    public void Prefix_NoTerminal_IsPaddedAndWithoutEscapes()
    {
        var prefix = new LinePrefix(["origin", "a-long-replica"], colour: false);

        Assert.Equal("origin          info: up", prefix.Format("origin", "\e[40m\e[32minfo\e[39m\e[22m\e[49m: up"));
        Assert.Equal("a-long-replica  up", prefix.Format("a-long-replica", "up"));
    }

    [Fact]
    public void Prefix_Terminal_HasAColourForEachResource()
    {
        var prefix = new LinePrefix(["origin", "replica1"], colour: true);

        Assert.Equal("\e[36morigin    \e[0mup\e[0m", prefix.Format("origin", "up"));
        Assert.Equal("\e[33mreplica1  \e[0mup\e[0m", prefix.Format("replica1", "up"));
    }
}

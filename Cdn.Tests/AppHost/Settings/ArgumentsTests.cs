using Cdn.AppHost.Settings;

namespace Cdn.Tests.AppHost.Settings;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData("--EDGE_PORT=8443")]
    [InlineData("EDGE_PORT=8443")]
    [InlineData("--edge_port=8443")]
    [InlineData("--REPLICA_PORT_32=1")]
    [InlineData("--CAPACITY=10G")]
    [InlineData("--DcpPublisher:RandomizePorts=true")]
    [InlineData("--operation=publish")]
    public void Refuse_WhatSomebodyObeys_IsNothing(string argument) => Assert.Empty(Arguments.Refuse([argument]));

    [Fact]
    public void Refuse_NameAndValueApart_AreOneArgument() => Assert.Empty(Arguments.Refuse(["--EDGE_PORT", "8443", "--COPIES", "2"]));

    [Theory]
    [InlineData("--EDGE_PROT=1", "There is no setting EDGE_PROT; did you mean EDGE_PORT? (--help lists them).")]
    [InlineData("--EDGE_PROT", "There is no setting EDGE_PROT; did you mean EDGE_PORT? (--help lists them).")]
    [InlineData("--REPLICA_PORT_33=1", "There is no setting REPLICA_PORT_33 (--help lists them).")]
    [InlineData("--CACHE_DIR_01=/x", "There is no setting CACHE_DIR_01 (--help lists them).")]
    [InlineData("videos", "There is no setting videos (--help lists them).")]
    [InlineData("--EDGE_PORT", "EDGE_PORT needs a value: --EDGE_PORT=...")]
    [InlineData("--STATE_DIR=/x", "There is no setting STATE_DIR (--help lists them).")]
    public void Refuse_WhatNobodyObeys_IsASentence(string argument, string sentence) => Assert.Equal([sentence], Arguments.Refuse([argument]));
}

using System.Runtime.Versioning;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary>The compose file, brought up for real: our images upon stand-ins for the public ones.</summary>
[StartsProcesses]
[Collection(Podman.Name)]
[SupportedOSPlatform("linux")]
public sealed class ComposeTests
{
    [Fact]
    public async Task Compose_BringsUpACdn_ThatServesOverHttp2()
    {
        var (podman, why) = await Podman.StartAsync();
        Assert.SkipWhen(podman is null, why);
        await using var _ = podman;
        using var cdn = new ComposedCdn(podman, Path.Combine(Repository.Root, "deploy", "compose.yaml"));

        await cdn.ServesAsync(["replica-0", "replica-1"], ("EDGE_PORT", $"{cdn.Port}"));
    }
}

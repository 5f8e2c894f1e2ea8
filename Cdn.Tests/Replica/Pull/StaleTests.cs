using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Pull;

/// <summary>What is served while the push of a newer version is on its way.</summary>
[StartsProcesses]
public sealed class StaleTests
{
    [Theory]
    [InlineData("serve", "r1; hit")]
    [InlineData("refetch", "r1; fwd=stale; stored")]
    public async Task OldVersion_WhileANewOneArrives_IsServedOrGivenUp(string policy, string status)
    {
        await using var origin = await FakeOrigin.StartAsync();
        await using var replica = await ReplicaProcess.StartAsync(
            ("services__origin__http__0", origin.Address), ("REPLICA_NAME", "r1"), ("STALE", policy));
        var old = Bytes.Random(1000, seed: 7);
        await replica.PushAsync("film.mp4", old);

        await replica.SendHalfAsync("film.mp4", Bytes.Random(1_000_000, seed: 8), 600_000); // Breaks off.

        using var response = await replica.Service.Http.GetAsync("/video/film.mp4");
        Assert.Equal(status, Assert.Single(response.Headers.GetValues("Cache-Status")));
        Assert.Equal(policy == "serve" ? old : origin.Film, await response.Content.ReadAsByteArrayAsync());
    }
}

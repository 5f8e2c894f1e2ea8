using System.Collections.Immutable;
using Cdn.ServiceDefaults.Discovery;
using Microsoft.Extensions.Configuration;

namespace Cdn.Tests.ServiceDefaults;

public class ReplicaDirectoryTests
{
    [Fact]
    public void Names_FromServiceDiscovery_AreReplicasInNaturalOrder() => Assert.Equal(
        ["replica1", "replica2", "replica10"],
        Names(("services:replica10:http:0", "x"), ("services:replica2:http:0", "x"), ("services:origin:http:0", "x"), ("services:replica1:http:0", "x")));

    [Fact]
    public void Names_Listed_AreTheListed() =>
        Assert.Equal(["east", "west"], Names(("REPLICAS", " west, east,, west "), ("services:replica1:http:0", "x")));

    private static ImmutableArray<string> Names(params (string Key, string Value)[] settings) => new ReplicaDirectory(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build()).Names;
}

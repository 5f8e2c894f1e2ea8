using Cdn.ServiceDefaults.Discovery;

namespace Cdn.Tests.ServiceDefaults;

public class NumberedReplicasTests
{
    [Fact]
    public void Settings_OfTwo_AreThoseOfServiceDiscovery() => Assert.Equal(
        [
            KeyValuePair.Create("services:replica-0:http:0", (string?)"http://replica-0.replica:8080"),
            KeyValuePair.Create("services:replica-1:http:0", (string?)"http://replica-1.replica:8080"),
        ],
        new NumberedReplicas { Count = "2", Address = "http://replica-{0}.replica:8080" }.ToSettings());

    [Theory]
    [InlineData("", "", null)]
    [InlineData("0", "http://replica-{0}:8080", "REPLICA_COUNT")]
    [InlineData("2", "", null)]
    [InlineData("", "http://replica-{0}:8080", "REPLICA_COUNT")]
    [InlineData("two", "http://replica-{0}:8080", "REPLICA_COUNT")]
    [InlineData("10001", "http://replica-{0}:8080", "REPLICA_COUNT")]
    [InlineData("2", "http://replica:8080", "REPLICA_ADDRESS")]
    [InlineData("2", "replica-{0}:8080", "REPLICA_ADDRESS")]
    public void Settings_Wrong_AreNamedAndIgnored(string count, string address, string? complaint)
    {
        var replicas = new NumberedReplicas { Count = count, Address = address };

        Assert.Empty(replicas.ToSettings());
        var failures = new NumberedReplicasValidator().Validate(null, replicas).Failures ?? [];
        Assert.Equal(complaint is null ? 0 : 1, failures.Count());
        Assert.All(failures, failure => Assert.StartsWith(complaint!, failure));
    }
}

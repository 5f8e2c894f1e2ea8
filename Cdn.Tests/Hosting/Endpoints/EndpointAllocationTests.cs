using System.Net;
using System.Net.Sockets;
using Cdn.Hosting;

namespace Cdn.Tests.Hosting.Endpoints;

public sealed class EndpointAllocationTests
{
    private const string Fixed = "DcpPublisher:RandomizePorts=false";

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.0.0.0", true)]
    public async Task Port_InUse_IsSaidBeforeAnythingIsStarted(string address, bool external)
    {
        using var other = new TcpListener(IPAddress.Parse(address), 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var builder = TestApp.Create(Fixed);
        builder.AddSleeper("origin");
        builder.AddSleeper("replica1").WithHttpEndpoint(port).WithEndpoint("http", e => e.IsExternal = external);
        await using var app = await builder.BuildAsync(TestApp.Cancel);

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(TestApp.Cancel));

        Assert.Equal($"Port {port} of replica1 is already in use by another program: stop that, or choose another port.", error.Message);
        Assert.True(app.ResourceNotifications.TryGetCurrentState("origin", out var origin));
        Assert.Null(origin.Snapshot.StartTimeStamp);
    }

    [Fact]
    public async Task Port_WantedTwice_IsSaid()
    {
        var port = PortAllocator.TakeFree();
        await using var builder = TestApp.Create(Fixed);
        builder.AddSleeper("replica1").WithHttpEndpoint(port);
        builder.AddSleeper("replica2").WithHttpEndpoint(port);

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(builder.StartAsync);

        Assert.Equal($"Port {port} is wanted by both replica1 and replica2: choose another port for one of them.", error.Message);
    }

    [Fact]
    public async Task FixedPort_InATest_IsReplacedUnlessProxyless()
    {
        await using var builder = TestApp.Create();
        var port = PortAllocator.TakeFree();
        var sleeper = builder.AddSleeper("origin").WithHttpEndpoint(9001).WithHttpEndpoint(port, name: "own", isProxied: false);
        await using var app = await builder.StartAsync();

        Assert.NotEqual(9001, sleeper.GetEndpoint("http").Port);
        Assert.Equal(port, sleeper.GetEndpoint("own").Port);
    }

    [Fact]
    public void FreePorts_ManyAtOnce_AreAllDifferentAndFree()
    {
        var ports = Enumerable.Range(0, 100).AsParallel().Select(_ => PortAllocator.TakeFree()).ToList();

        Assert.Equal(100, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 1024, 65535));
    }

    [Fact]
    public async Task Endpoint_GivenTwice_IsUpdated()
    {
        await using var builder = TestApp.Create();
        var origin = builder.AddSleeper("origin").WithHttpEndpoint(9001).WithHttpEndpoint(env: "PORT");

        var endpoint = Assert.Single(origin.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(9001, endpoint.Port);
    }
}

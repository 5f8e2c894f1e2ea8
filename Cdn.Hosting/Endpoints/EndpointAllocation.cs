using Microsoft.Extensions.Configuration;

namespace Cdn.Hosting;

/// <summary>Gives every endpoint its port, once in a run: a resource that starts again keeps its ports.</summary>
internal sealed class EndpointAllocation(IConfiguration configuration)
{
    /// <summary>Whether fixed ports are ignored; set in tests. The key is Aspire's.</summary>
    public const string RandomizeKey = "DcpPublisher:RandomizePorts";

    private readonly bool _randomize = configuration.GetValue(RandomizeKey, defaultValue: false);

    /// <summary>Allocates all endpoints of a resource.</summary>
    /// <exception cref="DistributedApplicationException">A port is in use, wanted twice, or would need a proxy.</exception>
    public void Allocate(IResource resource, Dictionary<int, string> taken)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedEndpoint is null))
        {
            var port = FixedPort(resource, endpoint) is { } wanted ? Claim(resource, endpoint, wanted, taken) : PortAllocator.TakeFree();
            taken.TryAdd(port, resource.Name);
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, HostOf(endpoint), port);
        }
    }

    private int? FixedPort(IResource resource, EndpointAnnotation endpoint)
    {
        if (endpoint.Port is { } port && endpoint.TargetPort is { } target && port != target)
        {
            throw new DistributedApplicationException(
                $"Endpoint '{endpoint.Name}' of {resource.Name} asks for port {port} in front of port {target}: there is no proxy " +
                "here, so give only one of them.");
        }

        return _randomize && endpoint.IsExplicitlyProxied != false ? endpoint.TargetPort : endpoint.Port ?? endpoint.TargetPort;
    }

    private static int Claim(IResource resource, EndpointAnnotation endpoint, int port, Dictionary<int, string> taken)
    {
        if (taken.TryGetValue(port, out var other))
        {
            throw new DistributedApplicationException($"Port {port} is wanted by both {other} and {resource.Name}: choose another port for one of them.");
        }

        if (!PortAllocator.IsFree(port, allAddresses: endpoint.IsExternal || endpoint.TargetHost != "localhost"))
        {
            throw new DistributedApplicationException(
                $"Port {port} of {resource.Name} is already in use by another program: stop that, or choose another port.");
        }

        return port;
    }

    private static string HostOf(EndpointAnnotation endpoint) =>
        endpoint.TargetHost is "0.0.0.0" or "::" or "[::]" or "*" or "+" ? "localhost" : endpoint.TargetHost;
}

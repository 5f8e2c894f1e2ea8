using System.Net.Sockets;

namespace Cdn.Hosting;

/// <summary>A port that a resource listens on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes an endpoint.</summary>
    /// <exception cref="ArgumentException">The name is not valid, or a port is not between 1 and 65535.</exception>
    public EndpointAnnotation(
        ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null,
        int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : UriScheme);
        Name = name ?? UriScheme;
        ModelName.Validate("Endpoint", Name);
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsExplicitlyProxied = isProxied;
    }

    /// <summary>Its name; unique in the resource.</summary>
    public string Name { get; set; }

    /// <summary>TCP or UDP.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>The port that clients use; null for a free one. There is no proxy: the process binds it itself.</summary>
    public int? Port { get; set => field = Check(value); }

    /// <summary>The port that the process insists on. Without a proxy it cannot differ from <see cref="Port"/>.</summary>
    public int? TargetPort { get; set => field = Check(value); }

    /// <summary>The first part of its URL.</summary>
    public string UriScheme { get; set; }

    /// <summary>The address that the process binds: "localhost", or "0.0.0.0" for all.</summary>
    public string TargetHost { get; set; } = "localhost";

    /// <summary>"http", "http2", "tcp".</summary>
    public string Transport { get; set; }

    /// <summary>Whether it is meant for people and clients outside the application: its URL is printed at the end of start.</summary>
    public bool IsExternal { get; set; }

    /// <summary>What was asked for; false also keeps a fixed port where ports are otherwise taken at random (tests).</summary>
    public bool? IsExplicitlyProxied { get; set; }

    /// <summary>Always false: there is no proxy here.</summary>
    public bool IsProxied { get; }

    /// <summary>Whether the process speaks TLS on it.</summary>
    public bool TlsEnabled { get => field || UriScheme == "https"; set; }

    /// <summary>Whether <c>WithReference</c> leaves it out.</summary>
    public bool ExcludeReferenceEndpoint { get; set; }

    /// <summary>The variable in which the process is told its port.</summary>
    internal string? PortVariable { get; set; }

    /// <summary>Where it is; null until the application starts.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocated.Task.IsCompletedSuccessfully ? _allocated.Task.Result : null;
        set => _allocated.TrySetResult(value ?? throw new ArgumentNullException(nameof(value)));
    }

    internal Task<AllocatedEndpoint> WaitForAllocationAsync(CancellationToken cancellationToken) =>
        _allocated.Task.WaitAsync(cancellationToken);

    private static int? Check(int? port) =>
        port is null or (> 0 and <= 65535) ? port : throw new ArgumentException($"A port is between 1 and 65535, not {port}.");
}

/// <summary>Where an endpoint is in this run.</summary>
public sealed class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port)
{
    /// <summary>The endpoint.</summary>
    public EndpointAnnotation Endpoint { get; } = endpoint;

    /// <summary>The host part of its URL.</summary>
    public string Address { get; } = address;

    /// <summary>The port.</summary>
    public int Port { get; } = port;

    /// <summary>The first part of its URL.</summary>
    public string UriScheme => Endpoint.UriScheme;

    /// <summary>Host and port.</summary>
    public string EndPointString => $"{Address}:{Port}";

    /// <summary>The whole URL, without a slash at the end.</summary>
    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <inheritdoc/>
    public override string ToString() => UriString;
}

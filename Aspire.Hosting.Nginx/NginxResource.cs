using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Container;

namespace Aspire.Hosting.Nginx;

/// <summary>nginx as a local process or in a container, with a configuration of its own in a folder of its own.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="command">The nginx binary, or the container runtime.</param>
/// <param name="runDirectory">Full path of the folder for configuration, logs and temporary files of a run.</param>
public sealed class NginxResource(string name, string command, string runDirectory)
    : ExecutableResource(name, command, runDirectory), IResourceWithServiceDiscovery
{
    internal const string HttpsEndpointName = "https";

    /// <summary>Where clients connect: TLS, HTTP/2 and HTTP/1.1.</summary>
    public EndpointReference HttpsEndpoint => field ??= new EndpointReference(this, HttpsEndpointName);

    /// <summary>What clients have to trust, if the certificate is a development certificate; null for one of your own.</summary>
    public string? DevelopmentAuthorityFile =>
        Certificate is { } certificate && DevelopmentCertificate.IsOurs(certificate) ? DevelopmentCertificate.AuthorityOf(certificate) : null;

    /// <summary>The container that it runs in; null for a local process.</summary>
    internal NginxContainer? Container { get; init; }

    /// <summary>The hand-written configuration.</summary>
    internal string? ConfigurationFile { get; set; }

    /// <summary>What the binary is, asked for before anything is started.</summary>
    internal NginxBuild? Build { get; set; }

    /// <summary>Whether HTTP/3 is wanted; it is spoken only where the binary has it.</summary>
    internal bool WantsHttp3 { get; set; }

    /// <summary>The certificate; null until one is set.</summary>
    internal NginxCertificate? Certificate { get; set; }

    /// <summary>Named groups of addresses, for <c>proxy_pass</c>.</summary>
    internal List<NginxUpstream> Upstreams { get; } = [];
}

/// <summary>A service behind nginx.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Endpoint">Its address.</param>
/// <param name="Socket">The Unix socket on which it listens, too; null if on none.</param>
/// <param name="Route">What clients may ask of it; null if they may not name it.</param>
internal sealed record NginxUpstream(string Name, EndpointReference Endpoint, string? Socket, NginxRoute? Route);

/// <summary>A service that clients may name.</summary>
/// <param name="Store">The folder of its files, for nginx to read itself; null where nginx does not see it.</param>
/// <param name="Log">Where nginx writes what it served from there; null for nowhere.</param>
internal sealed record NginxRoute(string? Store, string? Log);

/// <summary>Files of a certificate.</summary>
/// <param name="CertificateFile">PEM, the server's certificate first.</param>
/// <param name="KeyFile">PEM, its private key.</param>
/// <param name="MakeIfMissing">Whether a development certificate takes its place when there is none.</param>
internal sealed record NginxCertificate(string CertificateFile, string KeyFile, bool MakeIfMissing);

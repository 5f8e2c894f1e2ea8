using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Programs;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>nginx in front of an application: a container, or after <c>RunAsExecutable</c> a local process.</summary>
/// <param name="name">The name of the resource.</param>
public class NginxResource(string name) : ContainerResource(name), IResourceWithServiceDiscovery
{
    internal const string HttpEndpointName = "http";

    internal const string HttpsEndpointName = "https";

    internal const string Http3EndpointName = "http3";

    /// <summary>Where clients connect: <c>https</c> if a certificate was set, else <c>http</c>.</summary>
    public EndpointReference PrimaryEndpoint => new(this, PrimaryAnnotation.Name);

    /// <summary>
    /// What clients have to trust (PEM), if the certificate is one for development; null for one of your own, and before the
    /// application starts.
    /// </summary>
    public string? DevelopmentAuthorityFile { get; internal set; }

    /// <summary>
    /// Finds an nginx that is installed on this machine: in <c>PATH</c>, or where systems put it that an ordinary user's
    /// <c>PATH</c> does not lead to.
    /// </summary>
    /// <param name="command">A name, or a path.</param>
    /// <returns>Its full path; null if there is none.</returns>
    public static string? FindExecutable(string command = "nginx")
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        return CommandPath.Find(command);
    }

    /// <summary>
    /// Full path of the folder for the configuration, logs and temporary files of a run; null until it is chosen.
    /// </summary>
    internal string? RunDirectory { get; set; }

    /// <summary>The hand-written configuration; null for a generated one.</summary>
    internal string? ConfigurationFile { get; set; }

    /// <summary>What adds more files to the configuration.</summary>
    internal List<Func<NginxConfigurationContext, Task>> ConfigurationCallbacks { get; } = [];

    /// <summary>Named addresses, for <c>proxy_pass</c>. Those of one name are a group.</summary>
    internal List<NginxUpstream> Upstreams { get; } = [];

    /// <summary>What goes where, in a generated configuration.</summary>
    internal List<NginxRoute> Routes { get; } = [];

    /// <summary>The certificate that was asked for; null if none was.</summary>
    internal NginxCertificate? WantedCertificate { get; set; }

    /// <summary>The files of the certificate in use on this machine; null for plain HTTP, and where Aspire brings them.</summary>
    internal NginxCertificate? CertificateFiles { get; set; }

    /// <summary>The certificate in use, as nginx sees it; null for plain HTTP.</summary>
    internal NginxCertificate? Certificate { get; set; }

    /// <summary>Which clients TLS is spoken with.</summary>
    internal NginxTlsProfile TlsProfile { get; set; }

    /// <summary>Whether HTTP/3 is wanted; it is spoken only where this nginx has it.</summary>
    internal bool WantsHttp3 { get; set; }

    /// <summary>Bytes that the kernel holds for a connection; 0 for what it sees fit.</summary>
    internal int SendBuffer { get; set; }

    /// <summary>What nginx it is; null until that was asked.</summary>
    internal NginxBuild? Build { get; set; }

    /// <summary>The local nginx; null for a container.</summary>
    internal string? Command { get; set; }

    internal bool IsContainer => Command is null;

    /// <summary>The one endpoint for clients, whose name and scheme change when a certificate is set.</summary>
    internal EndpointAnnotation PrimaryAnnotation =>
        Annotations.OfType<EndpointAnnotation>().First(endpoint => endpoint.Name is HttpEndpointName or HttpsEndpointName);
}

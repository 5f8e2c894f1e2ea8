namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>A service behind nginx.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Endpoint">Its address.</param>
/// <param name="Socket">The Unix socket on which it listens, too; null if on none.</param>
internal sealed record NginxUpstream(string Name, EndpointReference Endpoint, string? Socket);

/// <summary>A path of the generated configuration.</summary>
/// <param name="Path">As in <c>location</c>.</param>
/// <param name="Upstream">The upstream that it goes to.</param>
/// <param name="StripPrefix">Whether the upstream is asked without the path.</param>
internal sealed record NginxRoute(string Path, string Upstream, bool StripPrefix);

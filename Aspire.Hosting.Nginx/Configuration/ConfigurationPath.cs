using Aspire.Hosting.Nginx.Layout;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>
/// The argument after <c>-c</c>. Aspire asks for its value when it knows all addresses, at every start, and just before: so that
/// is when the configuration is written. It refers to the services, so that Aspire lets a container reach them.
/// </summary>
internal sealed class ConfigurationPath(NginxResource nginx, ConfigurationWriter writer)
    : IValueProvider, IManifestExpressionProvider, IValueWithReferences
{
    public string ValueExpression => "/etc/nginx/nginx.conf";

    public IEnumerable<object> References => nginx.Upstreams
        .Where(upstream => WorkerAccess.SocketOf(nginx, upstream) is null)
        .Select(upstream => upstream.Endpoint);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        GetValueAsync(new ValueProviderContext(), cancellationToken);

    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        await writer.ResolveAsync(context, cancellationToken);
        await writer.WriteAsync(cancellationToken);
        return NginxPaths.Of(nginx, Path.Combine(nginx.RunDirectory!, ConfigurationWriter.Main));
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

/// <summary>Steps of the AppHost that need more than a line.</summary>
internal static partial class CdnExtensions
{
    /// <summary>
    /// What all services have in common: the key, and a health check. They inherit this environment, in which <c>REPLICA_COUNT</c> is
    /// ours: theirs is for replicas without names.
    /// </summary>
    public static IResourceBuilder<T> AsCdnService<T>(this IResourceBuilder<T> service, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEnvironment, IResourceWithEndpoints =>
        service.WithEnvironment("CDN_KEY", key).WithEnvironment("REPLICA_COUNT", "").WithHttpHealthCheck("/health");

    /// <summary>The certificate that is set from outside, or the one of <c>nginx/certs</c>, made on first run.</summary>
    public static IResourceBuilder<NginxResource> WithCertificates(this IResourceBuilder<NginxResource> edge, CdnSettings settings) =>
        settings is { CertificateFile: { } certificate, KeyFile: { } key }
            ? edge.WithCertificate(certificate, key)
            : edge.WithCertificate(settings.CertificateFolder);

    /// <summary>Says once, when nginx is up, where the operator's API is, and with which key.</summary>
    public static IResourceBuilder<NginxResource> WithOperatorLine(
        this IResourceBuilder<NginxResource> edge, IResourceBuilder<ParameterResource> key) =>
        edge.OnResourceReady(async (nginx, ready, cancellationToken) =>
        {
            var logger = ready.Services.GetRequiredService<ResourceLoggerService>().GetLogger(nginx);
            var (secret, url) = (await key.Resource.GetValueAsync(cancellationToken), nginx.HttpsEndpoint.Url);
            LogOperator(logger, secret, url);
        });

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "Operator's API: curl -k -H \"Authorization: Bearer {Key}\" {Edge}/api/status")]
    private static partial void LogOperator(ILogger logger, string? key, string edge);

    /// <summary>HTTP/3, if it is asked for.</summary>
    public static IResourceBuilder<NginxResource> WithHttp3(this IResourceBuilder<NginxResource> edge, CdnSettings settings) =>
        settings.Http3 ? edge.WithHttp3() : edge;

    /// <summary>Says at the end of the start how to fetch a video.</summary>
    public static IResourceBuilder<NginxResource> WithTryLine(this IResourceBuilder<NginxResource> edge, CdnSettings settings) =>
        edge.WithUrls(context =>
        {
            var video = Directory.EnumerateFiles(settings.VideoDir)
                .Select(path => Path.GetFileName(path))
                .Where(name => !name.StartsWith('.'))
                .OrderByDescending(name => name.EndsWith(".mp4", StringComparison.OrdinalIgnoreCase))
                .ThenBy(name => name, StringComparer.Ordinal)
                .FirstOrDefault();
            var trust = edge.Resource.DevelopmentAuthorityFile is { } authority
                ? $"--cacert {Path.GetRelativePath(Environment.CurrentDirectory, authority)} "
                : "";
            context.Urls.Add(new ResourceUrlAnnotation
            {
                Url = $"curl {trust}-L -O --http2 {edge.Resource.HttpsEndpoint.Url}/video/{(video is null ? "<name>" : Uri.EscapeDataString(video))}",
                DisplayText = "try this",
            });
        });
}

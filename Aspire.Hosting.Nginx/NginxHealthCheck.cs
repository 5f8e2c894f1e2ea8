using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Nginx;

/// <summary>
/// nginx is healthy when it answers over TLS, whatever it answers. The certificate is not verified: this asks whether nginx
/// is there, on this machine, and the certificate may be for another name than localhost.
/// </summary>
internal sealed class NginxHealthCheck(EndpointReference endpoint) : IHealthCheck
{
    /// <summary>Time to answer: 2 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
#pragma warning disable CA5359 // See above.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var http = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync($"https://127.0.0.1:{endpoint.Port}/", cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}

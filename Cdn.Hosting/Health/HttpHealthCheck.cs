using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Hosting;

/// <summary>Healthy when an endpoint answers a GET with the expected status.</summary>
internal sealed class HttpHealthCheck(Func<EndpointReference> endpoint, string path, int statusCode) : IHealthCheck
{
    // One for all: the checks are few, and a client of its own is not touched by the retries that a test may put on clients.
    // The certificate is not judged: what answers on this machine's loopback at a port we gave out is what we started.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromSeconds(30),
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    })
    {
        // Longer than a service needs under load, short enough to notice one that hangs.
        Timeout = TimeSpan.FromSeconds(5),
    };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var response = await Client.GetAsync(
                new Uri(endpoint().Url + path), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return (int)response.StatusCode == statusCode
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"{path} answered {(int)response.StatusCode}, not {statusCode}.");
        }
        catch (HttpRequestException e)
        {
            return HealthCheckResult.Unhealthy($"{path} does not answer: {e.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"{path} did not answer within {Client.Timeout.TotalSeconds:0} s.");
        }
    }
}

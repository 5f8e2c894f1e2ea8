using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Aspire.Hosting.Nginx.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Nginx.Health;

/// <summary>
/// nginx is healthy when it shakes hands over TLS: no request is made, so none is in its log. Without TLS it is healthy when it
/// answers a request, whatever it answers. The certificate is not verified: this asks whether nginx is there, and the certificate
/// may be for another name than localhost.
/// </summary>
internal sealed class NginxHealthCheck(NginxResource nginx) : IHealthCheck
{
    /// <summary>Time to answer: 2 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var endpoint = nginx.PrimaryEndpoint;
            await (endpoint.IsHttps ? ShakeHandsAsync(endpoint, patience.Token) : AskAsync(endpoint, patience.Token));
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (
            e is SocketException or IOException or AuthenticationException or HttpRequestException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"nginx did not answer within {Patience.TotalSeconds:0} s.");
        }
    }

    private static async Task ShakeHandsAsync(EndpointReference endpoint, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken);
#pragma warning disable CA5359 // See above.
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = endpoint.Host }, cancellationToken);
    }

    private static async Task AskAsync(EndpointReference endpoint, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.UserAgent.ParseAdd(DefaultConfiguration.HealthAgent);
        using var response = await http.GetAsync(
            new Uri(endpoint.Url), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}

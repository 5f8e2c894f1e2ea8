using System.Net;
using System.Net.Security;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Servers;

/// <summary>Asks servers of this machine whether they are up.</summary>
internal static class LocalClient
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether a server shows the certificate of the run, whoever signed it.</summary>
    public static RemoteCertificateValidationCallback IsOurs { get; } =
        (_, certificate, _, _) => certificate?.Subject == ServerCertificate.Subject;

    /// <summary>No redirects, no proxy, and the certificate of the run, whoever signed it.</summary>
    public static HttpClient Create()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = IsOurs;
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>Waits until an address is answered so, over HTTP/2.</summary>
    public static Task UntilAnsweredAsync(
        HttpClient client, Uri address, HttpStatusCode status, ServerProcess server, CancellationToken cancellationToken) =>
        UntilAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address)
                {
                    Version = HttpVersion.Version20,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                };
                try
                {
                    using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                    return answer.StatusCode == status;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            server, TimeSpan.FromSeconds(30), cancellationToken);

    /// <exception cref="InvalidOperationException">The server has ended, or it took too long; the message has what it said.</exception>
    public static async Task UntilAsync(
        Func<Task<bool>> isTrue, ServerProcess server, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = Environment.TickCount64;
        while (!await isTrue())
        {
            if (server.HasExited)
            {
                throw new InvalidOperationException($"It has ended:\n{server.Tail()}");
            }

            if (Environment.TickCount64 - start > patience.TotalMilliseconds)
            {
                throw new InvalidOperationException($"It is not up after {patience.TotalSeconds:F0} s:\n{server.Tail()}");
            }

            await Task.Delay(_poll, cancellationToken);
        }
    }
}

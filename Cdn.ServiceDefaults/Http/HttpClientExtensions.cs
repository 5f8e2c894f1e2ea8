using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Cdn.ServiceDefaults.Http;

/// <summary>The kinds of HTTP client that the services use among themselves.</summary>
public static class HttpClientExtensions
{
    /// <summary>Time to connect: 2 s; everything that we connect to is in the same data centre.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Time that a pushed-to replica has to say 100-continue before the body is sent anyway: 10 s.</summary>
    private static readonly TimeSpan ContinueTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A client for small questions: each attempt has 2 s, three attempts have 6 s, and a service that keeps failing is left
    /// alone for a second at a time. What may not be repeated (POST, PUT, PATCH) is not.
    /// </summary>
    public static IHttpClientBuilder AddAskingClient(this IServiceCollection services, string name)
    {
        var http = services.AddHttpClient(name);
        http.AddStandardResilienceHandler(options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(2);
            options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(6);
            options.Retry.MaxRetryAttempts = 2;
            options.Retry.Delay = TimeSpan.FromMilliseconds(200);
            options.Retry.DisableFor(HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch);
            options.CircuitBreaker.BreakDuration = TimeSpan.FromSeconds(1);
        });
        return http;
    }

    /// <summary>
    /// A client for pushes, which may take hours: never retried and never timed out as a whole. Its caller bounds the time
    /// without progress instead, and resumes where it broke off.
    /// </summary>
    public static IHttpClientBuilder AddPushClient(this IServiceCollection services, string name) =>
        services.AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan);

    /// <summary>A client that asks often: no retries, because the next question is soon enough. Its user sets the timeout.</summary>
    public static IHttpClientBuilder AddProbeClient(this IServiceCollection services, string name) => services.AddHttpClient(name);

    /// <summary>A client that listens to a stream of events for as long as it lasts. Its user notices when it falls silent.</summary>
    public static IHttpClientBuilder AddListeningClient(this IServiceCollection services, string name) =>
        services.AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan);

    /// <summary>No proxy, no redirects, and addresses looked up anew every two minutes.</summary>
    internal static IHttpClientBuilder ConfigureInternalConnections(this IHttpClientBuilder http) =>
        http.UseSocketsHttpHandler((handler, _) =>
        {
            handler.UseProxy = false;
            handler.AllowAutoRedirect = false;
            handler.ConnectTimeout = ConnectTimeout;
            handler.Expect100ContinueTimeout = ContinueTimeout;
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
            handler.ConnectCallback = ConnectAsync;
        });

    /// <summary>
    /// Connects with TCP keep-alive, because a push has no other limit: a peer whose machine has vanished without a word is
    /// noticed after some 30 s.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

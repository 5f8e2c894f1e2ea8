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

    /// <summary>A client for small, repeatable questions: the standard resilience pipeline, without retrying what changes something.</summary>
    public static IHttpClientBuilder AddAskingClient(this IServiceCollection services, string name)
    {
        var http = services.AddHttpClient(name);
        http.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods());
        return http;
    }

    /// <summary>
    /// A client for pushes, which may take hours: never retried and never timed out as a whole. Its caller bounds the time
    /// without progress instead, and resumes where it broke off.
    /// </summary>
    public static IHttpClientBuilder AddPushClient(this IServiceCollection services, string name) =>
        services.AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan);

    /// <summary>A client that asks often and takes no answer within <paramref name="timeout"/> as an answer: no retries.</summary>
    public static IHttpClientBuilder AddProbeClient(this IServiceCollection services, string name, TimeSpan timeout) =>
        services.AddHttpClient(name, client => client.Timeout = timeout);

    /// <summary>No proxy, no redirects, and addresses looked up anew every two minutes.</summary>
    internal static IHttpClientBuilder ConfigureInternalConnections(this IHttpClientBuilder http) =>
        http.UseSocketsHttpHandler((handler, _) =>
        {
            handler.UseProxy = false;
            handler.AllowAutoRedirect = false;
            handler.ConnectTimeout = ConnectTimeout;
            handler.Expect100ContinueTimeout = ContinueTimeout;
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        });
}

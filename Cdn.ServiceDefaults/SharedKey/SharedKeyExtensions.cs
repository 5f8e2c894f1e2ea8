using Cdn.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>The shared key on both ends: <c>RequireSharedKey</c> on endpoints, <c>AddSharedKey</c> on HTTP clients.</summary>
public static class SharedKeyExtensions
{
    /// <summary>Answers 401 to whoever does not send the shared key.</summary>
    public static TBuilder RequireSharedKey<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new SharedKeyRequired());

    /// <summary>Sends the shared key with every request of this client.</summary>
    public static IHttpClientBuilder AddSharedKey(this IHttpClientBuilder http) =>
        http.AddHttpMessageHandler<SharedKeyHandler>();

    internal static void AddSharedKey(this WebApplicationBuilder builder)
    {
        builder.Services.AddTransient<SharedKeyHandler>();
        builder.Services.AddSettings<SharedKeyOptions, SharedKeyOptionsValidator>((options, configuration) =>
            options.Key = configuration[SharedKeyOptions.ConfigurationKey] ?? "");
    }
}

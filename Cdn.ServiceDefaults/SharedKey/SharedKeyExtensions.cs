using Cdn.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>The shared key on both ends: <c>RequireSharedKey</c> on endpoints, <c>AddSharedKey</c> on HTTP clients.</summary>
public static class SharedKeyExtensions
{
    /// <summary>The scheme, and the policy that asks for it.</summary>
    private const string Service = "service";

    /// <summary>Answers 401 to whoever does not send the shared key.</summary>
    public static TBuilder RequireSharedKey<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(Service);

    /// <summary>Sends the shared key with every request of this client.</summary>
    public static IHttpClientBuilder AddSharedKey(this IHttpClientBuilder http) =>
        http.AddHttpMessageHandler<SharedKeyHandler>();

    /// <summary>Adds a scheme of authentication by a key, and a policy of the same name that asks for it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of both.</param>
    /// <returns>For keys and refusal to be set from other settings.</returns>
    public static OptionsBuilder<BearerKeyOptions> AddBearerKey(this IServiceCollection services, string name)
    {
        services.AddAuthentication().AddScheme<BearerKeyOptions, BearerKeyHandler>(name, null);
        services.AddAuthorizationBuilder().AddPolicy(name, policy => policy.AddAuthenticationSchemes(name).RequireAuthenticatedUser());
        return services.AddOptions<BearerKeyOptions>(name);
    }

    internal static void AddSharedKey(this WebApplicationBuilder builder)
    {
        // Each policy names its scheme. A default one would be asked at every request, whether or not it needs a key.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
        builder.Services.AddTransient<SharedKeyHandler>();
        builder.Services.AddSettings<SharedKeyOptions, SharedKeyOptionsValidator>((options, configuration) =>
            options.Key = configuration[SharedKeyOptions.ConfigurationKey] ?? "");
        builder.Services.AddBearerKey(Service).Configure<IOptions<SharedKeyOptions>>((options, settings) =>
        {
            BearerKey[] keys = [BearerKey.Of(Service, settings.Value.Key)];
            (options.Keys, options.Refusal) = (() => keys, "This call needs the key that the services of this CDN share.");
        });
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Settings;

/// <summary>Registers the settings of a service.</summary>
public static class SettingsExtensions
{
    /// <summary>Reads settings from the configuration, and validates them before anything starts.</summary>
    public static void AddSettings<TOptions, TValidator>(this IServiceCollection services, Action<TOptions, IConfiguration> bind)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddOptions<TOptions>().Configure(bind).ValidateOnStart();
    }
}

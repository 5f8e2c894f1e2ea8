using System.Diagnostics.Metrics;
using Cdn.ServiceDefaults.Limiting;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Limiting;

/// <summary>What clients may not do too often, and what is known of those who did.</summary>
internal static class LimitExtensions
{
    private const double SecondsPerMinute = 60;

    public static void AddLimits(this IServiceCollection services)
    {
        services.AddSingleton(provider => new LimitMetrics(provider.GetRequiredService<IMeterFactory>(), "Cdn.Controller"));
        services.AddSingleton(provider =>
        {
            var perMinute = provider.GetRequiredService<IOptions<ControllerOptions>>().Value.WrongKeysPerMinute;
            return new ClientBudgets(
                perMinute / SecondsPerMinute, Math.Max(1, perMinute), provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<WrongKeys>();
        services.AddHostedService<LimitedLog>();
    }

    /// <summary>Has to come before authentication.</summary>
    public static void UseLimits(this WebApplication app)
    {
        WrongKeys? keys = null; // Made with the first request: what is wrong with the settings is said before.
        app.Use((context, next) => (keys ??= context.RequestServices.GetRequiredService<WrongKeys>()).InvokeAsync(context, next));
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace Cdn.AppHost.Running;

/// <summary>Starts again what ended without being told to. Aspire leaves it down.</summary>
internal static class RestartExtensions
{
    /// <summary>
    /// Has a resource started again when its process ends by itself: after 0.2 s at first, twice as long each time, 30 s at
    /// most, from
    /// the start again after a minute of health. Never after a stop that somebody asked for.
    /// </summary>
    public static IResourceBuilder<T> WithRestart<T>(this IResourceBuilder<T> resource)
        where T : IResource
    {
        var services = resource.ApplicationBuilder.Services;
        if (services.All(service => service.ServiceType != typeof(Restarter)))
        {
            services.AddSingleton<Restarter>();
            services.AddHostedService(provider => provider.GetRequiredService<Restarter>());
            resource.ApplicationBuilder.Eventing.Subscribe<BeforeResourceStartedEvent>((starting, _) =>
            {
                if (starting.Resource.HasAnnotationOfType<RestartAnnotation>())
                {
                    StopWhileRestarting.Take(starting.Resource);
                }

                return Task.CompletedTask;
            });
        }

        return resource.WithAnnotation(new RestartAnnotation());
    }
}

/// <summary>Marks what is started again.</summary>
internal sealed class RestartAnnotation : IResourceAnnotation;

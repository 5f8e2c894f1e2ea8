using Cdn.Contracts;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Replica.Drain;

/// <summary>Drains before the server stops: the controllers send nobody any more, then the open transfers finish.</summary>
internal sealed class DrainService(DrainState drain) : IHostedLifecycleService
{
    /// <summary>Longest wait for controllers to ask: 1.5 s, two of their probes. One that is gone does not ask.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(1.5);

    public Task StoppingAsync(CancellationToken cancellationToken) => drain.StopAsync(Notice, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Registers and maps draining.</summary>
internal static class DrainExtensions
{
    public static void AddDrain(this IServiceCollection services)
    {
        services.AddSingleton<DrainState>();
        services.AddHostedService<DrainService>();
    }

    public static void MapDrain(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Routes.Drain, (DrainState drain) => TypedResults.Ok(new DrainAnswer(drain.IsDraining)));
        endpoints.MapPost(Routes.Drain, (DrainState drain) => Set(drain, true)).RequireSharedKey();
        endpoints.MapPost(Routes.Admit, (DrainState drain) => Set(drain, false)).RequireSharedKey();
    }

    private static NoContent Set(DrainState drain, bool isDrained)
    {
        drain.Set(isDrained);
        return TypedResults.NoContent();
    }
}

using Cdn.AppHost.Dashboard;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdn.AppHost.Running;

/// <summary>
/// Stops some resources before all others when the AppHost ends. A replica drains when it is told to stop: it needs the
/// controllers that
/// hear of it, and nginx for those who still read.
/// </summary>
internal sealed partial class DrainOnStop(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    ILogger<DrainOnStop> logger) : IHostedLifecycleService
{
    /// <summary>Time that draining may take: 8 s. All is to be gone 15 s after the AppHost was told to stop.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var first = model.Resources.Where(
            resource => resource.HasAnnotationOfType<StopsFirstAnnotation>() && IsRunning(resource));
        await Task.WhenAll(first.Select(resource => StopAsync(resource, patience.Token)));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool IsRunning(IResource resource) => notifications.TryGetCurrentState(resource.Name, out var state)
        && ReplicaStates.IsUp(state.Snapshot.State?.Text);

    private async Task StopAsync(IResource resource, CancellationToken patience)
    {
        try
        {
            var result = await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StopCommand, patience);
            if (!result.Success)
            {
                LogNotDrained(logger, resource.Name, result.Message);
            }
        }
        catch (OperationCanceledException)
        {
            LogNotDrained(logger, resource.Name, $"it took longer than {Patience.TotalSeconds} s");
        }
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "{Resource} is stopped without having drained: {Reason}")]
    private static partial void LogNotDrained(ILogger logger, string resource, string? reason);
}

/// <summary>Marks what is stopped before all else.</summary>
internal sealed class StopsFirstAnnotation : IResourceAnnotation;

/// <summary>Adds <see cref="DrainOnStop"/>.</summary>
internal static class DrainOnStopExtensions
{
    /// <summary>Has a resource stopped, and so drained, before all others when the AppHost ends.</summary>
    public static IResourceBuilder<T> StopsFirst<T>(this IResourceBuilder<T> resource)
        where T : IResource
    {
        var services = resource.ApplicationBuilder.Services;
        if (services.All(service => service.ImplementationType != typeof(DrainOnStop)))
        {
            services.AddHostedService<DrainOnStop>();
        }

        return resource.WithAnnotation(new StopsFirstAnnotation());
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>Executes commands: start, stop and restart of every process, and those that an AppHost adds.</summary>
public sealed partial class ResourceCommandService
{
    private readonly IServiceProvider _services;

    internal ResourceCommandService(IServiceProvider services) => _services = services;

    /// <summary>Executes a command of a resource; one that does not exist, or throws, is a failure and not an exception.</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var resource = _services.GetRequiredService<DistributedApplicationModel>().Resources
            .FirstOrDefault(r => string.Equals(r.Name, resourceId, StringComparison.OrdinalIgnoreCase));
        return resource is null
            ? Task.FromResult(CommandResults.Failure($"There is no resource named '{resourceId}'."))
            : ExecuteCommandAsync(resource, commandName, cancellationToken);
    }

    /// <summary>Executes a command of a resource; one that does not exist, or throws, is a failure and not an exception.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => c.Name == commandName) is { } command)
        {
            return await ExecuteAsync(resource, command, cancellationToken).ConfigureAwait(false);
        }

        var runner = _services.GetRequiredService<Orchestrator>().RunnerOf(resource);
        if (runner is null || commandName is not ("start" or "stop" or "restart"))
        {
            return CommandResults.Failure($"{resource.Name} has no command '{commandName}'.");
        }

        if (commandName is "stop" or "restart")
        {
            await runner.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        if (commandName is "start" or "restart")
        {
            runner.Start();
        }

        return CommandResults.Success();
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(
        IResource resource, ResourceCommandAnnotation command, CancellationToken cancellationToken)
    {
        var logger = _services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
        try
        {
            return await command.ExecuteCommand(new ExecuteCommandContext
            {
                Services = _services,
                ResourceName = resource.Name,
                CancellationToken = cancellationToken,
                Logger = logger,
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (Exception e)
        {
            LogFailed(logger, command.Name, e);
            return CommandResults.Failure(e);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "the command {Command} has failed")]
    private static partial void LogFailed(ILogger logger, string command, Exception exception);
}

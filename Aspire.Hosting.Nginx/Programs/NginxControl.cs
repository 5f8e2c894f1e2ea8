using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Layout;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Nginx.Programs;

/// <summary>
/// Asks an nginx for what it can do, and tells one that runs what to do: the local binary, or the one in the container.
/// </summary>
internal sealed partial class NginxControl(
    NginxResource nginx, ResourceNotificationService notifications, IConfiguration configuration, ILogger logger)
{
    private static readonly string[] Runtimes = ["docker", "podman"];

    /// <summary>What it is.</summary>
    /// <exception cref="DistributedApplicationException">The local one is not there, or is not nginx.</exception>
    public async Task<NginxBuild> AskBuildAsync(CancellationToken cancellationToken)
    {
        if (nginx.Command is { } command)
        {
            return await NginxBuild.AskAsync(command, ["-V"], cancellationToken);
        }

        if (!nginx.TryGetContainerImageName(out var image) || FindRuntime() is not { } runtime)
        {
            return NginxBuild.OfTag(image);
        }

        try
        {
            // An image that is not there is pulled, which may take a while; Aspire would do that next.
            return await NginxBuild.AskAsync(runtime, ["run", "--rm", "--entrypoint", "nginx", image, "-V"], cancellationToken);
        }
        catch (DistributedApplicationException e)
        {
            LogGuessed(logger, image, e.Message);
            return NginxBuild.OfTag(image);
        }
    }

    /// <summary>Whether it takes its configuration, and what it says.</summary>
    public Task<CommandResult> TestAsync(CancellationToken cancellationToken) => RunAsync(["-t"], cancellationToken);

    /// <summary>Has it read its configuration and certificate anew, without losing a request.</summary>
    public Task<CommandResult> ReloadAsync(CancellationToken cancellationToken) => RunAsync(["-s", "reload"], cancellationToken);

    /// <summary>Has it open its logs anew, after they were moved away.</summary>
    public Task<CommandResult> ReopenLogsAsync(CancellationToken cancellationToken) =>
        RunAsync(["-s", "reopen"], cancellationToken);

    private Task<CommandResult> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string[] all = ["-p", NginxPaths.Of(nginx, nginx.RunDirectory!), "-c", ConfigurationFile(), "-e", "stderr", .. arguments];
        if (nginx.Command is { } command)
        {
            return CommandResult.OfAsync(command, all, cancellationToken);
        }

        return FindRuntime() is { } runtime && ContainerId() is { } container
            ? CommandResult.OfAsync(runtime, ["exec", container, "nginx", .. all], cancellationToken)
            : Task.FromResult(new CommandResult(false, $"The container of {nginx.Name} is not there."));
    }

    private string ConfigurationFile() => NginxPaths.Of(nginx, Path.Combine(nginx.RunDirectory!, ConfigurationWriter.Main));

    private string? FindRuntime()
    {
        var wanted = configuration["ASPIRE_CONTAINER_RUNTIME"] ?? configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"];
        return (wanted is { Length: > 0 } ? [wanted] : Runtimes).Select(CommandPath.Find).OfType<string>().FirstOrDefault();
    }

    private string? ContainerId() =>
        notifications.TryGetCurrentState(nginx.Name, out var state)
            ? state.Snapshot.Properties.FirstOrDefault(property => property.Name == "container.id")?.Value as string
            : null;

    [LoggerMessage(
        EventId = 702, Level = LogLevel.Information, Message = "What nginx is in {Image} is guessed by its tag: {Reason}")]
    private static partial void LogGuessed(ILogger logger, string image, string reason);
}

using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>Names of the commands that every process has.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts it if it does not run.</summary>
    public static readonly string StartCommand = "start";

    /// <summary>Stops it; it stays stopped.</summary>
    public static readonly string StopCommand = "stop";

    /// <summary>Stops it if it runs, and starts it.</summary>
    public static readonly string RestartCommand = "restart";
}

/// <summary>What came of a command.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>Whether it was done.</summary>
    public required bool Success { get; init; }

    /// <summary>Whether it was called off.</summary>
    public bool Canceled { get; init; }

    /// <summary>What there is to say about it.</summary>
    public string? Message { get; init; }
}

/// <summary>Makes results.</summary>
public static class CommandResults
{
    /// <summary>Done.</summary>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>Done, with something to say.</summary>
    public static ExecuteCommandResult Success(string message) => new() { Success = true, Message = message };

    /// <summary>Not done.</summary>
    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage };

    /// <summary>Not done because of an exception.</summary>
    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception?.Message);

    /// <summary>Called off.</summary>
    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };
}

/// <summary>What a command is given.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The application's services.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>The resource's name.</summary>
    public required string ResourceName { get; init; }

    /// <summary>Ends the command.</summary>
    public required CancellationToken CancellationToken { get; init; }

    /// <summary>The resource's log.</summary>
    public required ILogger Logger { get; init; }
}

/// <summary>How a command is shown.</summary>
public class CommandOptions
{
    /// <summary>What it does.</summary>
    public string? Description { get; set; }

    /// <summary>A question to ask before.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>Its icon in the Fluent set.</summary>
    public string? IconName { get; set; }

    /// <summary>The icon's face.</summary>
    public IconVariant? IconVariant { get; set; }

    /// <summary>Whether it is shown first.</summary>
    public bool IsHighlighted { get; set; }
}

/// <summary>A command of a resource.</summary>
public sealed class ResourceCommandAnnotation(
    string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? options)
    : IResourceAnnotation
{
    /// <summary>Its name; unique in the resource.</summary>
    public string Name { get; } = name;

    /// <summary>Its name for people.</summary>
    public string DisplayName { get; } = displayName;

    /// <summary>What it does.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; } = executeCommand;

    /// <summary>How it is shown.</summary>
    public CommandOptions? Options { get; } = options;
}

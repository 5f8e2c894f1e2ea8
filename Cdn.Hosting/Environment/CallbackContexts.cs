using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>What a callback of <c>WithEnvironment</c> may change.</summary>
public sealed class EnvironmentCallbackContext(
    DistributedApplicationExecutionContext executionContext, IResource resource, Dictionary<string, object> environmentVariables,
    ILogger logger, CancellationToken cancellationToken)
{
    /// <summary>The variables so far; a value is a text or an <see cref="IValueProvider"/> that is asked at start.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables;

    /// <summary>What the application is made for.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The resource that starts.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>The resource's log.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>Ends with the application.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}

/// <summary>What a callback of <c>WithArgs</c> may change.</summary>
public sealed class CommandLineArgsCallbackContext(
    DistributedApplicationExecutionContext executionContext, IResource resource, IList<object> args, ILogger logger,
    CancellationToken cancellationToken)
{
    /// <summary>The arguments so far; one is a text or an <see cref="IValueProvider"/> that is asked at start.</summary>
    public IList<object> Args { get; } = args;

    /// <summary>What the application is made for.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The resource that starts.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>The resource's log.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>Ends with the application.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}

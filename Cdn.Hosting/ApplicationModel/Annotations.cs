namespace Cdn.Hosting;

/// <summary>Adds to the environment of the process when it starts.</summary>
public sealed class EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>Called at every start.</summary>
    public Func<EnvironmentCallbackContext, Task> Callback { get; } = callback;
}

/// <summary>Adds to the arguments of the process when it starts.</summary>
public sealed class CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>Called at every start.</summary>
    public Func<CommandLineArgsCallbackContext, Task> Callback { get; } = callback;
}

/// <summary>Names a health check of the application that this resource has to pass.</summary>
public sealed class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    /// <summary>The name under which the check is registered with <c>AddHealthChecks()</c>.</summary>
    public string Key { get; } = key;
}

/// <summary>Why a resource waits for another one.</summary>
public enum WaitType
{
    /// <summary>Until it is running and healthy.</summary>
    WaitUntilHealthy,

    /// <summary>Until it has ended with an expected exit code.</summary>
    WaitForCompletion,

    /// <summary>Until it is running.</summary>
    WaitUntilStarted,
}

/// <summary>What a waiting resource does when the one it waits for cannot be had.</summary>
public enum WaitBehavior
{
    /// <summary>Go on waiting: somebody may start it by hand.</summary>
    WaitOnResourceUnavailable,

    /// <summary>Give up: fail to start as well.</summary>
    StopOnResourceUnavailable,
}

/// <summary>The resource starts only after another one.</summary>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The one waited for.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>What is waited for.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>The exit code that counts as completion.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What to do when it cannot be had; null is the application's default.</summary>
    public WaitBehavior? WaitBehavior { get; init; }
}

/// <summary>The resource starts only by command.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;

/// <summary>The resource is of use to the engine, not to the reader: it is not shown unless something is wrong.</summary>
internal sealed class HiddenAnnotation : IResourceAnnotation;

/// <summary>How a resource relates to another one, for display.</summary>
public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    /// <summary>The other one.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>For example "Parent" or "Reference".</summary>
    public string Type { get; } = type;
}

/// <summary>Which of its two faces an icon shows.</summary>
public enum IconVariant
{
    /// <summary>Outlined.</summary>
    Regular,

    /// <summary>Filled.</summary>
    Filled,
}

/// <summary>The icon of a resource in the dashboard.</summary>
public sealed class ResourceIconAnnotation(string iconName, IconVariant iconVariant = IconVariant.Filled) : IResourceAnnotation
{
    /// <summary>The name in the Fluent icon set.</summary>
    public string IconName { get; } = iconName;

    /// <summary>Its face.</summary>
    public IconVariant IconVariant { get; } = iconVariant;
}

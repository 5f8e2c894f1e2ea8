namespace Cdn.Hosting;

/// <summary>The texts of the states of a resource.</summary>
public static class KnownResourceStates
{
    /// <summary>Its process is being started.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>Its process runs; whether it is of use is what its health says.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>It could not be started and is not tried again.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>It is being stopped.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>Its process has ended: by command, or with an error.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>Its process has done its work and ended with exit code 0.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>It waits for others.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>It has not been started, or only starts by command.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>It has no process and is there.</summary>
    public static readonly string Active = nameof(Active);

    /// <summary>States in which nothing more happens unless somebody starts it.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

/// <summary>Names of the properties in a snapshot.</summary>
internal static class KnownProperties
{
    /// <summary>The id of the process, an <see cref="int"/>.</summary>
    public const string ExecutablePid = "executable.pid";

    /// <summary>The value of a parameter; of a secret one, <see cref="Secret.Mask"/>.</summary>
    public const string ParameterValue = "Value";

    /// <summary>How often the process was started again after a crash, an <see cref="int"/>.</summary>
    public const string Restarts = "resource.restarts";
}

namespace Cdn.Hosting;

/// <summary>A program, run as a process.</summary>
/// <param name="name">Its name in the application.</param>
/// <param name="command">A path, or a name that is looked up on PATH (and in /usr/sbin and the like).</param>
/// <param name="workingDirectory">Where it runs; relative to the AppHost's directory.</param>
public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>What is run. May be changed until the resource starts.</summary>
    public string Command { get; internal set; } = command ?? throw new ArgumentNullException(nameof(command));

    /// <summary>Where it runs. May be changed until the resource starts.</summary>
    public string WorkingDirectory { get; internal set; } =
        workingDirectory ?? throw new ArgumentNullException(nameof(workingDirectory));
}

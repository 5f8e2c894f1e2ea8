namespace Cdn.Hosting;

/// <summary>Programs.</summary>
public static class ExecutableExtensions
{
    /// <summary>Adds a program.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Its name in the application.</param>
    /// <param name="command">A path, or a name that is looked up on PATH.</param>
    /// <param name="workingDirectory">Relative to the AppHost's directory.</param>
    /// <param name="args">Its arguments.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddExecutable(name, command, workingDirectory, (object[]?)args);

    /// <inheritdoc cref="AddExecutable(IDistributedApplicationBuilder, string, string, string, string[])"/>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params object[]? args)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ExecutableResource(name, command, workingDirectory)).WithArgs(args ?? []);
    }

    /// <summary>Changes what is run.</summary>
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string command)
        where T : ExecutableResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(command);
        builder.Resource.Command = command;
        return builder;
    }

    /// <summary>Changes where it runs.</summary>
    public static IResourceBuilder<T> WithWorkingDirectory<T>(this IResourceBuilder<T> builder, string workingDirectory)
        where T : ExecutableResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(workingDirectory);
        builder.Resource.WorkingDirectory = workingDirectory;
        return builder;
    }
}

using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>Says what is to be run for a resource.</summary>
internal sealed class ProcessSpecs(
    DistributedApplicationExecutionContext executionContext, ProcessEnvironment environments, AppHostLocation location)
{
    /// <summary>Checks that there is something to run.</summary>
    /// <exception cref="DistributedApplicationException">The program, its directory, or what a build should have made is missing.</exception>
    public void Check(IResource resource) => Command(resource);

    /// <summary>Everything that the process needs, asked for anew at every start.</summary>
    public async Task<ProcessSpec> CreateAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var (command, firstArgs, workingDirectory, signalGroup) = Command(resource);
        var values = new List<object>();
        var context = new CommandLineArgsCallbackContext(executionContext, resource, values, logger, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        List<string> args = [.. firstArgs];
        foreach (var value in values)
        {
            args.Add(await ValueResolver.ResolveAsync(value, cancellationToken).ConfigureAwait(false));
        }

        var environment = await environments.CreateAsync(resource, logger, cancellationToken).ConfigureAwait(false);
        return new ProcessSpec(command, args, workingDirectory, environment.All, signalGroup) { ShownEnvironment = environment.Shown };
    }

    private (string Command, string[] Args, string WorkingDirectory, bool SignalGroup) Command(IResource resource)
    {
        if (resource is ExecutableResource executable)
        {
            var directory = Path.GetFullPath(executable.WorkingDirectory, location.Directory);
            if (!Directory.Exists(directory))
            {
                throw new DistributedApplicationException($"The working directory {directory} of {resource.Name} does not exist.");
            }

            return (Find(resource, executable.Command, directory), [], directory, false);
        }

        if (!resource.TryGetLastAnnotation<IProjectMetadata>(out var project))
        {
            throw new DistributedApplicationException($"{resource.Name} has no project: add it with AddProject.");
        }

        if (!File.Exists(project.ProjectPath))
        {
            throw new DistributedApplicationException($"The project {project.ProjectPath} of {resource.Name} does not exist.");
        }

        var projectDirectory = Path.GetDirectoryName(project.ProjectPath)!;
        var dotnet = Find(resource, DotNet(), projectDirectory);
        if (project.TargetPath is not { } target)
        {
            string[] run = ["run", "--project", project.ProjectPath, "--no-launch-profile"];
            return (dotnet, project.SuppressBuild ? [.. run, "--no-build", "--"] : [.. run, "--"], projectDirectory, true);
        }

        return File.Exists(target)
            ? (dotnet, [target], projectDirectory, false)
            : throw new DistributedApplicationException($"{resource.Name} is not built: {target} does not exist, so build the AppHost again.");
    }

    private static string Find(IResource resource, string command, string directory) => CommandPath.Find(command, directory)
        ?? throw new DistributedApplicationException(
            $"The program '{command}' of {resource.Name} was not found" +
            (command.Contains('/') ? ": give its full path." : " on PATH or in /usr/sbin: install it, or give its full path."));

    // The one that runs us, so that a private installation is used throughout.
    private static string DotNet()
    {
        var process = System.Environment.ProcessPath;
        return System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
            ?? (Path.GetFileNameWithoutExtension(process) == "dotnet" ? process! : "dotnet");
    }
}

/// <summary>Where the AppHost is, and how the application is called.</summary>
internal sealed record AppHostLocation(string Directory, string ApplicationName);

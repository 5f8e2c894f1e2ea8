using Microsoft.Extensions.Configuration;

namespace Cdn.AppHost.Running;

/// <summary>Runs a project's program itself, where Aspire would run <c>dotnet run</c> around it.</summary>
internal static class BuiltProgramExtensions
{
    /// <summary>
    /// The process is the service then: signals and kills reach it, its end is seen at once, and 140 MB of <c>dotnet run</c>
    /// each are
    /// saved. The AppHost's build has built it, for the same configuration. Where it is not, or a debugger or
    /// <c>dotnet watch</c> wants the project, all stays as Aspire does it.
    /// </summary>
    public static IResourceBuilder<ProjectResource> RunsBuiltProgram(this IResourceBuilder<ProjectResource> project)
    {
        var configuration = project.ApplicationBuilder.Configuration;
        var isWatched = configuration.GetValue("DOTNET_WATCH", defaultValue: false);
        var isDebugged = !string.IsNullOrEmpty(configuration["DEBUG_SESSION_PORT"]);
        return !isWatched && !isDebugged && FindProgram(project.Resource.GetProjectMetadata().ProjectPath) is { } program
            ? project.WithAnnotation(
                new ExecutableAnnotation { Command = program, WorkingDirectory = Path.GetDirectoryName(program)! })
            : project;
    }

    /// <summary>The program in the output folder that corresponds to ours: <c>bin/{configuration}/{framework}</c>.</summary>
    private static string? FindProgram(string projectFile)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var name = Path.GetFileNameWithoutExtension(projectFile) + (OperatingSystem.IsWindows() ? ".exe" : "");
        var program = Path.Combine(Path.GetDirectoryName(projectFile)!, "bin", output.Parent!.Name, output.Name, name);
        return File.Exists(program) ? program : null;
    }
}

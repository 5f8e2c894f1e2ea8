namespace Cdn.Hosting;

/// <summary>A .NET project, run as a process from its built output.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

/// <summary>Where a project is; the build writes one class in namespace <c>Projects</c> for each project reference.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>Full path of the project file.</summary>
    string ProjectPath { get; }

    /// <summary>True when the build of the AppHost has built it already.</summary>
    bool SuppressBuild => false;

    /// <summary>Full path of what the build made of it, for the configuration that was built; null when only a build can tell.</summary>
    string? TargetPath => null;
}

/// <summary>How a project is added.</summary>
/// <remarks>
/// Launch profiles are not read: no project here has a launchSettings.json, and two sources of ports are one too many. The two
/// properties are kept so that one AppHost compiles on both engines.
/// </remarks>
public sealed class ProjectResourceOptions
{
    /// <summary>The profile to use.</summary>
    public string? LaunchProfileName { get; set; }

    /// <summary>Whether to use none.</summary>
    public bool ExcludeLaunchProfile { get; set; }

    /// <summary>Whether to leave out endpoints from Kestrel's configuration; they are never read here.</summary>
    public bool ExcludeKestrelEndpoints { get; set; }
}

/// <summary>The metadata of a project that is added by its path.</summary>
internal sealed class PathProjectMetadata(string projectPath) : IProjectMetadata
{
    public string ProjectPath { get; } = projectPath;
}

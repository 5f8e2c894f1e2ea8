namespace Cdn.Hosting;

/// <summary>.NET projects.</summary>
public static class ProjectExtensions
{
    /// <summary>Adds a project that the AppHost references; it runs from what the build of the AppHost made of it.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, _ => { });

    /// <inheritdoc cref="AddProject{TProject}(IDistributedApplicationBuilder, string)"/>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, o => o.LaunchProfileName = launchProfileName);

    /// <inheritdoc cref="AddProject{TProject}(IDistributedApplicationBuilder, string)"/>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, Action<ProjectResourceOptions> configure)
        where TProject : IProjectMetadata, new() => Add(builder, name, new TProject(), configure);

    /// <summary>Adds a project by its path, relative to the AppHost's directory; it is built when it starts.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, string projectPath) => builder.AddProject(name, projectPath, _ => { });

    /// <inheritdoc cref="AddProject(IDistributedApplicationBuilder, string, string)"/>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, string projectPath, string? launchProfileName) =>
        builder.AddProject(name, projectPath, o => o.LaunchProfileName = launchProfileName);

    /// <inheritdoc cref="AddProject(IDistributedApplicationBuilder, string, string)"/>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, string projectPath, Action<ProjectResourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(projectPath);
        return Add(builder, name, new PathProjectMetadata(Path.GetFullPath(projectPath, builder.AppHostDirectory)), configure);
    }

    private static IResourceBuilder<ProjectResource> Add(
        IDistributedApplicationBuilder builder, string name, IProjectMetadata metadata, Action<ProjectResourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        configure(new ProjectResourceOptions());
        return builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata);
    }
}

namespace Cdn.Benchmarks.Processes;

/// <summary>Where things are in the repository that the benchmarks were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary><c>Release</c>, or something that no figures should be taken from.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The AppHost, of the configuration that the benchmarks were built in.</summary>
    public static string AppHost => Program("Cdn.AppHost");

    public static string NginxConfiguration => Path.Combine(Root, "nginx", "nginx.conf");

    /// <summary>A project's program, likewise.</summary>
    public static string Program(string project) =>
        Path.Combine(Root, project, "bin", Configuration, new DirectoryInfo(AppContext.BaseDirectory).Name, $"{project}.dll");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Cdn.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The benchmarks run outside of the repository.");
        }

        return folder.FullName;
    }
}

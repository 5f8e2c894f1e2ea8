namespace Cdn.Benchmarks.Processes;

/// <summary>Where programs are.</summary>
internal static class Programs
{
    /// <summary>Servers are installed where only root's <c>PATH</c> looks.</summary>
    private static readonly string[] _folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The full path of a program, or null if it is not installed.</summary>
    public static string? Find(string name) =>
        _folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public static string Require(string name) =>
        Find(name) ?? throw new InvalidOperationException($"{name} is not installed, and is needed here.");
}

namespace Cdn.Hosting;

/// <summary>Finds programs.</summary>
internal static class CommandPath
{
    // Where servers such as nginx are installed, which the PATH of an ordinary user leaves out.
    private static readonly string[] MoreDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

    /// <summary>The full path of a program, or null.</summary>
    /// <param name="command">A path, or a name that is looked up on PATH and where servers are installed.</param>
    /// <param name="workingDirectory">What a relative path belongs to.</param>
    public static string? Find(string command, string workingDirectory)
    {
        if (command.Contains('/') || command.Contains(Path.DirectorySeparatorChar))
        {
            return Candidates(Path.GetFullPath(command, workingDirectory)).FirstOrDefault(File.Exists);
        }

        var path = System.Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(OperatingSystem.IsWindows() ? [] : MoreDirectories)
            .SelectMany(directory => Candidates(Path.Combine(directory, command)))
            .FirstOrDefault(IsExecutable);
    }

    private static string[] Candidates(string path) =>
        OperatingSystem.IsWindows() ? [path, path + ".exe", path + ".cmd"] : [path];

    private static bool IsExecutable(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}

namespace Cdn.AppHost.Settings;

/// <summary>Finds a program, also where Debian installs what an ordinary user's PATH does not lead to.</summary>
internal static class ProgramPath
{
    private static readonly string[] More = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/bin"];

    /// <summary>Its full path; null if it is not there.</summary>
    public static string? Find(string program) => program.Contains('/', StringComparison.Ordinal)
        ? (File.Exists(program) ? Path.GetFullPath(program) : null)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(More)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}

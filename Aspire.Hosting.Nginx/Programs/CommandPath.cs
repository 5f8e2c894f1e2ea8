namespace Aspire.Hosting.Nginx.Programs;

/// <summary>Finds nginx, which Debian installs where an ordinary user's PATH does not lead.</summary>
internal static class CommandPath
{
    private static readonly string[] More = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/bin"];

    public static string? Find(string command) => command.Contains('/')
        ? (File.Exists(command) ? command : null)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(More)
            .Select(folder => Path.Combine(folder, command))
            .FirstOrDefault(File.Exists);
}

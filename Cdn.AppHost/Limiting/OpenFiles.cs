using System.Globalization;

namespace Cdn.AppHost.Limiting;

/// <summary>How many files a process of this user may have open.</summary>
internal static class OpenFiles
{
    /// <summary>Where Linux says so: proc_pid_limits(5).</summary>
    private const string Limits = "/proc/self/limits";

    private const string Name = "Max open files";

    /// <summary>The hard limit, which only root may raise; null if there is none, for root, and where it is not known.</summary>
    public static int? Most() => Environment.IsPrivilegedProcess || !File.Exists(Limits) ? null : Read(File.ReadLines(Limits));

    /// <summary>Reads <c>Max open files  1024  524288  files</c>: the second number.</summary>
    public static int? Read(IEnumerable<string> limits) =>
        limits.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal))?[Name.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var hard, ..]
        && int.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? files
            : null;
}

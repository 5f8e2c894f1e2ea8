using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Nginx.Running;

/// <summary>
/// Workers that go on without their master: it was killed, so that it could not end them. They hold the port, and the master's
/// output, by which the orchestrator would notice its end. Linux only: elsewhere there is no <c>/proc</c> to find them in.
/// </summary>
internal static class NginxOrphans
{
    private const string Worker = "nginx: worker process";

    private const string Master = "nginx: master process";

    /// <summary>Ends them.</summary>
    /// <param name="runDirectory">Whose they are: the folder that they run in.</param>
    public static void End(string runDirectory)
    {
        foreach (var id in Find(runDirectory))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended meanwhile.
            }
        }
    }

    private static IEnumerable<int> Find(string runDirectory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        return Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0
                && Read(id, "cmdline").StartsWith(Worker, StringComparison.Ordinal)
                && IsIn(id, runDirectory)
                && !Read(ParentOf(id), "cmdline").StartsWith(Master, StringComparison.Ordinal));
    }

    private static int ParentOf(int id)
    {
        var stat = Read(id, "stat"); // The state and the parent follow the name, which is in brackets and may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent) ? parent : 0;
    }

    private static bool IsIn(int id, string folder)
    {
        try
        {
            return new FileInfo($"/proc/{id}/cwd").LinkTarget == Path.TrimEndingDirectorySeparator(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Another user's.
        }
    }

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

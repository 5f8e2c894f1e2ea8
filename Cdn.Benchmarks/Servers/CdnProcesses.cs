using System.Globalization;

namespace Cdn.Benchmarks.Servers;

/// <summary>
/// The processes of a CDN: the orchestrator starts them detached, so they are no children of the AppHost. They are told by
/// their program and
/// by <c>DATA_DIR</c>, which they inherit. The orchestrator itself serves nobody, and is left out.
/// </summary>
/// <param name="dataFolder">Its <c>DATA_DIR</c>.</param>
internal sealed class CdnProcesses(string dataFolder)
{
    /// <summary>nginx's master; its workers are its children.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public int Nginx
    {
        get
        {
            var file = Path.Combine(dataFolder, "edge", "nginx.pid");
            return File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var id) && Directory.Exists($"/proc/{id}")
                ? id
                : throw new InvalidOperationException($"The CDN's nginx is not running: {file} names no process.");
        }
    }

    /// <summary>All that serve and fill: nginx, the origin, the controllers, the replicas.</summary>
    /// <exception cref="InvalidOperationException">One of them is not there: what it takes would be counted as
    /// nothing.</exception>
    public int[] All => [Nginx, .. Of("Cdn.Origin"), .. Of("Cdn.Controller"), .. Of("Cdn.Replica")];

    /// <summary>The processes of a service.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public int[] Of(string service)
    {
        var mark = $"DATA_DIR={dataFolder}";
        int[] found = [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && IsProgram(id, service) && Environment(id).Contains(mark))];
        return found.Length > 0 ? found : throw new InvalidOperationException($"No process of {service} was found that has {mark}.");
    }

    private static bool IsProgram(int id, string program)
    {
        try
        {
            return Path.GetFileName(new FileInfo($"/proc/{id}/exe").LinkTarget) == program;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Ended meanwhile, or another user's.
        }
    }

    private static string[] Environment(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/environ").Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

namespace Cdn.Tests.Infrastructure;

/// <summary>What /proc says.</summary>
internal static class ProcessTable
{
    /// <summary>Time for processes to be gone: 60 s. It is a bound for a broken test, not a claim about speed.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    /// <summary>Whether a process is there and not just waiting to be buried.</summary>
    public static bool IsAlive(int pid) => Stat(pid) is { State: not ('Z' or 'X') };

    /// <summary>All living processes that were started with a variable (<c>NAME=value</c>), and their descendants.</summary>
    public static List<int> WithVariable(string variable)
    {
        var all = All();
        var children = all.ToLookup(process => process.Parent, process => process.Pid);
        List<int> found = [.. all.Where(process => Environment(process.Pid).Contains(variable)).Select(process => process.Pid)];
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i]].Except(found)); // nginx's workers overwrite their environment with their title.
        }

        return found;
    }

    /// <summary>Waits until processes are gone. The system does not tell of the end of another's child, so it is asked.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> WaitForEndAsync(IEnumerable<int> pids)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var patience = new CancellationTokenSource(AtMost);
        var left = pids.ToList();
        while (left.RemoveAll(pid => !IsAlive(pid)) >= 0 && left.Count > 0)
        {
            Assert.False(patience.IsCancellationRequested, $"still there: {string.Join(", ", left.Select(pid => $"{pid} {CommandLine(pid)}"))}");
            await Task.Delay(20, CancellationToken.None);
        }

        return System.Diagnostics.Stopwatch.GetElapsedTime(started);
    }

    public static void Kill(int pid, int signal) => Assert.True(UnixSignals.Send(pid, signal));

    private static List<(int Pid, int Parent)> All() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Stat: Stat(pid)))
            .Where(process => process.Stat is { State: not ('Z' or 'X') })
            .Select(process => (process.Pid, process.Stat!.Value.Parent)),
    ];

    private static string[] Environment(int pid) => Read(pid, "environ").Split('\0');

    private static string CommandLine(int pid) => Read(pid, "cmdline").Replace('\0', ' ');

    private static (char State, int Parent)? Stat(int pid)
    {
        var text = Read(pid, "stat");
        if (text.Length == 0)
        {
            return null;
        }

        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (fields[0][0], int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

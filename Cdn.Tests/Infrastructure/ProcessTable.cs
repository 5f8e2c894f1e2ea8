

namespace Cdn.Tests.Infrastructure;

/// <summary>What /proc says.</summary>
internal static class ProcessTable
{
    /// <summary>Whether a process is there and not just waiting to be buried.</summary>
    public static bool IsAlive(int pid) => Stat(pid) is { State: not ('Z' or 'X') };

    /// <summary>All living descendants of a process.</summary>
    public static List<int> Descendants(int root)
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(n => int.TryParse(n, out _))
            .Select(n => int.Parse(n!, System.Globalization.CultureInfo.InvariantCulture))
            .Select(pid => (Pid: pid, Stat: Stat(pid)))
            .Where(p => p.Stat is { State: not 'Z' })
            .ToLookup(p => p.Stat!.Value.Parent, p => p.Pid);
        List<int> found = [.. parents[root]];
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(parents[found[i]]);
        }

        return found;
    }

    /// <summary>Waits until processes are gone. The system does not tell of the end of another's child, so it is asked.</summary>
    public static async Task WaitForEndAsync(IEnumerable<int> pids)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1)); // a bound for a broken test
        var left = pids.ToList();
        while (true)
        {
            left.RemoveAll(pid => !IsAlive(pid));
            if (left.Count == 0)
            {
                return;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    public static void Kill(int pid, int signal) => Assert.True(UnixSignals.Send(pid, signal));

    private static (char State, int Parent)? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

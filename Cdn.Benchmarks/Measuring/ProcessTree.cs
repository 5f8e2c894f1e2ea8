using System.Globalization;

namespace Cdn.Benchmarks.Measuring;

/// <summary>CPU time of processes and everything below them, from <c>/proc/PID/stat</c> (proc(5)).</summary>
internal static class ProcessTree
{
    /// <summary>
    /// The unit of <c>/proc</c>: USER_HZ, 100 on every Linux that .NET runs on. No run should take only a few of these.
    /// </summary>
    private const double TicksPerSecond = 100;

    /// <summary>
    /// Seconds of user and system time, so far, of these processes and their descendants; those of children that have
    /// ended are in their parents' figures.
    /// </summary>
    /// <exception cref="InvalidOperationException">One of them is not there: it would count as nothing.</exception>
    public static double CpuSeconds(IReadOnlyCollection<int> roots)
    {
        var all = ReadAll();
        var tree = new HashSet<int>(roots);
        if (roots.Count == 0 || !tree.IsSubsetOf(all.Select(process => process.Id)))
        {
            throw new InvalidOperationException($"Of the processes {string.Join(", ", roots)} whose time is to be taken, not all are there.");
        }

        // Parents may come after their children in the listing: repeat until nobody is added.
        for (var before = 0; before != tree.Count;)
        {
            before = tree.Count;
            tree.UnionWith(all.Where(process => tree.Contains(process.Parent)).Select(process => process.Id).ToList());
        }

        return all.Where(process => tree.Contains(process.Id)).Sum(process => process.Ticks) / TicksPerSecond;
    }

    /// <summary>Seconds of user and system time of all children of this process that have ended.</summary>
    public static double CpuSecondsOfEndedChildren() =>
        TryRead(Environment.ProcessId, out _, out _, out var ended) ? ended / TicksPerSecond : 0;

    /// <summary>Most memory that a process has had, in bytes (VmHWM of proc(5)).</summary>
    public static double PeakMemory(int process) => Memory(process, "VmHWM:");

    /// <summary>Memory that a process has, in bytes (VmRSS of proc(5)).</summary>
    public static double ResidentMemory(int process) => Memory(process, "VmRSS:");

    private static double Memory(int process, string field)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return 1024 * double.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private static List<(int Id, int Parent, long Ticks)> ReadAll()
    {
        var all = new List<(int, int, long)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && TryRead(id, out var parent, out var own, out var ended))
            {
                all.Add((id, parent, own + ended));
            }
        }

        return all;
    }

    private static bool TryRead(int id, out int parent, out long own, out long ended)
    {
        (parent, own, ended) = (0, 0, 0);
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (IOException)
        {
            return false;    // it has ended meanwhile
        }

        // The name is in brackets and may hold anything; field 3, the state, follows the last bracket.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        parent = int.Parse(fields[1], CultureInfo.InvariantCulture);
        own = Ticks(14) + Ticks(15);
        ended = Ticks(16) + Ticks(17);
        return true;

        long Ticks(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
    }
}

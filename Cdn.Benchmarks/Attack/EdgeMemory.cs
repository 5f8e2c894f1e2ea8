using System.Globalization;
using Cdn.Benchmarks.Measuring;

namespace Cdn.Benchmarks.Attack;

/// <summary>What nginx's workers have in memory, and what TCP has in the kernel, looked at five times a second.</summary>
/// <param name="master">nginx's master.</param>
internal sealed class EdgeMemory(int master)
{
    private const double MiB = 1024 * 1024;

    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(200);

    /// <summary>MiB of all workers.</summary>
    public double Workers => File.ReadAllText($"/proc/{master}/task/{master}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Sum(worker => ProcessTree.ResidentMemory(int.Parse(worker, CultureInfo.InvariantCulture))) / MiB;

    /// <summary>
    /// MiB of all TCP sockets of this machine, both ends of a loopback connection: <c>mem</c> of /proc/net/sockstat, in pages.
    /// </summary>
    public static double Tcp
    {
        get
        {
            var words = File.ReadLines("/proc/net/sockstat")
            .First(line => line.StartsWith("TCP:", StringComparison.Ordinal))
            .Split(' ');
            var pages = double.Parse(words[Array.IndexOf(words, "mem") + 1], CultureInfo.InvariantCulture);
        return pages * Environment.SystemPageSize / MiB;
        }
    }

    /// <summary>The most of both until it is cancelled.</summary>
    public async Task<(double Workers, double Tcp)> PeakAsync(CancellationToken until)
    {
        var (workers, tcp) = (0.0, 0.0);
        while (!until.IsCancellationRequested)
        {
            (workers, tcp) = (Math.Max(workers, Workers), Math.Max(tcp, Tcp));
            await Task.Delay(_every, CancellationToken.None);
        }

        return (workers, tcp);
    }
}

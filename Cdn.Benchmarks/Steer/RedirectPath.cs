using System.Globalization;
using System.Text.RegularExpressions;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Steer;

/// <summary>One run of the load generator.</summary>
/// <param name="PerSecond">Redirects.</param>
/// <param name="CpuMicroseconds">User and system time of nginx and of whoever answers behind it, per redirect.</param>
internal sealed record RedirectMeasurement(double PerSecond, double CpuMicroseconds);

/// <summary>An nginx and what answers behind it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Video">The address that is asked for.</param>
/// <param name="Processes">Roots of the process trees of both.</param>
internal sealed partial record RedirectPath(string Name, Uri Video, IReadOnlyCollection<int> Processes)
{
    /// <summary>Requests of a run: 40,000 on 8 connections, of which nginx allows each 10,000.</summary>
    private const int Requests = 40_000;
    private const int Connections = 8;
    private const int Streams = 16;

    public async Task<RedirectMeasurement> MeasureAsync(CancellationToken cancellationToken)
    {
        var cpu = ProcessTree.CpuSeconds(Processes);
        var output = await Tool.RunAsync(
            "taskset", ["-c", Cores.OfClient, Programs.Require("h2load"), "-n", $"{Requests}", "-c", $"{Connections}", "-m", $"{Streams}", $"{Video}"],
            cancellationToken);
        cpu = ProcessTree.CpuSeconds(Processes) - cpu;
        if (!output.Contains($" {Requests} 3xx", StringComparison.Ordinal) || PerSecond().Match(output) is not { Success: true } rate)
        {
            throw new InvalidOperationException($"{Name} did not answer every request with a redirect: {output}");
        }

        return new RedirectMeasurement(double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture), cpu * 1e6 / Requests);
    }

    [GeneratedRegex(@", ([\d.]+) req/s")]
    private static partial Regex PerSecond();
}

/// <summary>Servers and client do not share a core, where there are two.</summary>
internal static class Cores
{
    public static string OfServers => Environment.ProcessorCount > 1 ? $"0-{Environment.ProcessorCount - 2}" : "0";

    public static string OfClient => $"{Environment.ProcessorCount - 1}";

    /// <summary>Pins processes, with all their threads and children, to the servers' cores.</summary>
    public static async Task PinServersAsync(IEnumerable<int> processes, CancellationToken cancellationToken)
    {
        foreach (var process in processes)
        {
            await Tool.RunAsync("taskset", ["-acp", OfServers, $"{process}"], cancellationToken);
        }
    }
}

using System.Diagnostics;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Fill;

/// <summary>The CDN, running and with nothing to do, until files are moved into its <c>VIDEO_DIR</c>.</summary>
internal sealed class CdnFiller(CdnServer cdn, string videos) : IFiller
{
    /// <summary>Time for the replicas to remove all videos: 10 min, a bound for ones that do not.</summary>
    private static readonly TimeSpan _removalPatience = TimeSpan.FromMinutes(10);

    private int _round;

    /// <summary>Its name.</summary>
    public const string Subject = "cdn";

    public string Name => Subject;

    public async Task<FillMeasurement> FillAsync(FillCase @case, string source, CancellationToken cancellationToken)
    {
        // A new name each time: the origin remembers what it has hashed.
        var target = Path.Combine(videos, $"round{++_round}");
        var processes = cdn.Processes.All;
        int[] control = [.. cdn.Processes.Of("Cdn.Origin"), .. cdn.Processes.Of("Cdn.Controller")];
        var (cpu, controlCpu) = (ProcessTree.CpuSeconds(processes), ProcessTree.CpuSeconds(control));
        var clock = Stopwatch.StartNew();
        Directory.Move(source, target);
        await cdn.UntilProvenAsync(@case.Files.Count, showProgress: true, cancellationToken);
        var measured = new FillMeasurement(clock.Elapsed.TotalSeconds, ProcessTree.CpuSeconds(processes) - cpu)
        {
            ControlCpuSeconds = ProcessTree.CpuSeconds(control) - controlCpu,
            OriginMemory = cdn.Processes.Of("Cdn.Origin").Max(ProcessTree.PeakMemory),
            ControllerMemory = cdn.Processes.Of("Cdn.Controller").Max(ProcessTree.PeakMemory),
        };

        clock.Restart();
        Directory.Delete(target, recursive: true);
        await UntilStoresAreEmptyAsync(cancellationToken);
        return measured with { RemovalSeconds = clock.Elapsed.TotalSeconds };
    }

    /// <summary>The same content again is not sent again: a round after one that left something would measure nothing.</summary>
    private async Task UntilStoresAreEmptyAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        foreach (var store in (string[])["replica1", "replica2"])
        {
            var objects = Path.Combine(cdn.DataFolder, store, "objects");
            while (Directory.EnumerateFiles(objects, "*", SearchOption.AllDirectories).Any())
            {
                if (clock.Elapsed > _removalPatience)
                {
                    throw new InvalidOperationException(
                        $"{store} still has objects {_removalPatience.TotalSeconds:F0} s after everything was removed from VIDEO_DIR.");
                }

                await Task.Delay(100, cancellationToken);
            }
        }
    }
}

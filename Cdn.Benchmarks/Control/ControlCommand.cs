using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Output;

namespace Cdn.Benchmarks.Control;

/// <summary><c>control</c>: what the controller's own classes cost with very many videos; nothing is stored, and nothing sent.</summary>
internal static class ControlCommand
{
    private const int Replicas = 8;
    private const double Milli = 1000;
    private const double Mega = 1_000_000;

    private static readonly int[] _sizes = [10_000, 100_000, 1_000_000];

    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var json = options.Text("json");
        var most = options.Count("videos", _sizes[^1]);
        options.RejectOthers();
        Surroundings.Describe();
        Report.Note($"{Replicas} replicas that hold everything; pages of feeds are read as they come over the wire.");

        var rows = new List<TargetRow>();
        foreach (var videos in _sizes.Where(size => size <= most))
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.AddRange(Rows(videos));
        }

        TargetRow.Show("Control", rows);
        await JsonFile.WriteAsync(json, rows, cancellationToken);
        return rows.Exists(row => row.Met == false) ? 1 : 0;
    }

    private static IEnumerable<TargetRow> Rows(int videos)
    {
        const double StartTarget = 20;
        const double MemoryTarget = 1500;
        const double ChangeTarget = 50;
        const double FillTarget = 10;
        var subject = new ControlSubject(videos, Replicas);
        var of = FormattableString.Invariant($"{videos:N0} videos: ");
        var (seconds, bytes) = subject.Start();
        yield return TargetRow.AtMost(of + "start to steering", seconds, "s", StartTarget);
        yield return TargetRow.AtMost(of + "memory", bytes / Mega, "MB", MemoryTarget);
        var (change, allocated) = subject.Change();
        yield return TargetRow.AtMost(of + "CPU of one video added, until it is asked for", change * Milli, "ms", ChangeTarget);
        yield return TargetRow.Told(of + "allocated by that", allocated, "B");
        var fill = new FillRun(videos, replicas: 2);
        var (cpu, pushes) = fill.Run();
        yield return videos <= _sizes[1]
            ? TargetRow.AtMost(of + "CPU of a fill of small files onto two replicas", cpu, "s", FillTarget)
            : TargetRow.Told(of + "CPU of a fill of small files onto two replicas", cpu, "s");
        yield return TargetRow.Told(of + "pushes of that", pushes, "");
    }
}

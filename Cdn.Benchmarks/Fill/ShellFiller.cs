using System.Diagnostics;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Fill;

/// <summary>What an administrator would type: from folder <c>$1</c> to the folders <c>$2</c> and <c>$3</c>.</summary>
internal sealed class ShellFiller(string name, string script, string folder) : IFiller
{
    /// <summary>The one that the others' time is divided by.</summary>
    public const string Yardstick = "sha256sum+cp+sync";

    public string Name => name;

    /// <summary>
    /// A digest of every file, two copies, and the disk has them: all that the CDN does, but for finding out by itself and
    /// hashing what has arrived.
    /// </summary>
    public static ShellFiller Copy(string folder) => new(
        Yardstick,
        """find "$1" -type f -print0 | xargs -0 sha256sum > "$4"; cp -r "$1" "$2"; cp -r "$1" "$3"; sync -f "$2" """,
        folder);

    /// <summary>Two copies on disk, without a digest.</summary>
    public static ShellFiller Rsync(string folder) => new(
        "rsync",
        """rsync -a --whole-file "$1/" "$2/"; rsync -a --whole-file "$1/" "$3/"; sync -f "$2" """,
        folder);

    public async Task<FillMeasurement> FillAsync(FillCase @case, string source, CancellationToken cancellationToken)
    {
        var (one, two, sums) = (Path.Combine(folder, "one"), Path.Combine(folder, "two"), Path.Combine(folder, "sums"));
        var cpu = ProcessTree.CpuSecondsOfEndedChildren();
        var clock = Stopwatch.StartNew();
        await Tool.ShellAsync(script, [source, one, two, sums], cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        var measured = new FillMeasurement(seconds, ProcessTree.CpuSecondsOfEndedChildren() - cpu);
        Directory.Delete(one, recursive: true);
        Directory.Delete(two, recursive: true);
        return measured;
    }
}

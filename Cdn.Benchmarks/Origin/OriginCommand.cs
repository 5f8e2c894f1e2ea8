using System.Diagnostics;
using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Origin;

/// <summary><c>origin</c>: how long it takes until the catalog is true, and what that costs.</summary>
internal static class OriginCommand
{
    private const int FilesPerFolder = 1000;
    private const long BigFile = 60L * 1024 * 1024 * 1024;
    private const long HashedFile = 6L * 1024 * 1024 * 1024;
    private const int Renamed = 10_000;
    private const int Burst = 100_000;
    private const double Mega = 1_000_000;

    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var files = options.Count("files", 1_000_000);
        var json = options.Text("json");
        options.RejectOthers();
        Surroundings.Describe();
        using var folder = new TemporaryFolder();
        var (videos, state, outside) = (folder.Folder("videos"), folder.Folder("state"), folder.Folder("outside"));
        Report.Note($"Making {files:N0} files of 16 bytes ...");
        MakeFiles(videos, "d", files);

        var rows = new List<TargetRow>();
        rows.AddRange(await FirstAsync(folder, videos, state, files, cancellationToken));
        rows.AddRange(await KnownAsync(folder, videos, state, outside, files, cancellationToken));
        rows.AddRange(await WithoutEventsAsync(folder, videos, state, outside, cancellationToken));
        rows.AddRange(await HashingAsync(folder, folder.Folder("few"), outside, cancellationToken));
        TargetRow.Show("Origin", rows);
        await JsonFile.WriteAsync(json, rows, cancellationToken);
        return rows.Exists(row => row.Met == false) ? 1 : 0;
    }

    private static async Task<IEnumerable<TargetRow>> FirstAsync(
        TemporaryFolder folder, string videos, string state, int files, CancellationToken cancellationToken)
    {
        await using var origin = OriginServer.Start(folder.Path, videos, state);
        var ready = await origin.UntilReadyAsync(cancellationToken);
        var report = await origin.ReportAsync(cancellationToken);
        Report.Note($"  first catalog after {ready:F1} s, {report.GetProperty("files").GetInt32():N0} files");
        return
        [
            TargetRow.Told($"{files:N0} files: first listing", report.GetProperty("scanSeconds").GetDouble(), "s"),
            TargetRow.Told($"{files:N0} files: first catalog, all hashed", ready, "s"),
        ];
    }

    private static async Task<IEnumerable<TargetRow>> KnownAsync(
        TemporaryFolder folder, string videos, string state, string outside, int files, CancellationToken cancellationToken)
    {
        await using var origin = OriginServer.Start(folder.Path, videos, state);
        var ready = await origin.UntilReadyAsync(cancellationToken);
        Report.Note($"  started again in {ready:F1} s");
        var one = await AddAsync(origin, outside, videos, "one.mp4", 16, cancellationToken);
        Report.Note($"  one file seen after {one:F3} s");

        var big = Path.Combine(videos, "big.mp4");
        MakeSparse(Path.Combine(outside, "big.mp4"), BigFile);
        File.Move(Path.Combine(outside, "big.mp4"), big);
        await UntilHashingAsync(origin, cancellationToken);
        var beside = await AddAsync(origin, outside, videos, "beside.mp4", 16, cancellationToken);
        var isHashed = await origin.IsPublishedAsync("big.mp4", cancellationToken);
        File.Delete(big);
        Report.Note($"  one file seen after {beside:F3} s while 60 GB are hashed{(isHashed ? ", or were" : "")}");

        MakeFiles(videos, "burst", Burst);
        var burst = await origin.UntilKnownAsync(files + 2 + Burst, cancellationToken);
        Report.Note($"  a burst of {Burst:N0} files seen {burst:F1} s after the last one");

        var (from, to) = (Path.Combine(videos, "renamed"), Path.Combine(videos, "again"));
        MakeFlat(from, Renamed);
        await origin.UntilKnownAsync(files + 2 + Burst + Renamed, cancellationToken);
        var clock = Stopwatch.StartNew();
        Directory.Move(from, to);
        await origin.UntilPublishedAsync($"again/{Renamed - 1}.ts", cancellationToken);
        var renamed = clock.Elapsed.TotalSeconds;
        var isOldGone = !await origin.IsPublishedAsync("renamed/0.ts", cancellationToken);
        Report.Note($"  a folder of {Renamed:N0} renamed: true after {renamed:F3} s; the old names went with the same change: {isOldGone}");
        return
        [
            TargetRow.Told($"{files:N0} files: start with all hashes known", ready, "s"),
            TargetRow.AtMost($"{files:N0} files: one more, until it is published (inotify)", one, "s", 1),
            TargetRow.Told($"{files:N0} files: memory", origin.Memory() / Mega, "MB"),
            TargetRow.AtMost("one more while 60 GB are hashed", beside, "s", 1),
            TargetRow.Told($"{Burst:N0} files in a burst, until the catalog has the last", burst, "s"),
            TargetRow.AtMost($"folder of {Renamed:N0} renamed, until the catalog is true", isOldGone ? renamed : null, "s", 2),
        ];
    }

    private static async Task<IEnumerable<TargetRow>> WithoutEventsAsync(
        TemporaryFolder folder, string videos, string state, string outside, CancellationToken cancellationToken)
    {
        await using var origin = OriginServer.Start(folder.Path, videos, state, withEvents: false);
        await origin.UntilReadyAsync(cancellationToken);
        var one = await AddAsync(origin, outside, videos, "polled.mp4", 16, cancellationToken);
        var report = await origin.ReportAsync(cancellationToken);
        return
        [
            TargetRow.Told("one more without inotify, until it is published", one, "s"),
            TargetRow.Told("listing again without inotify", report.GetProperty("scanSeconds").GetDouble(), "s"),
        ];
    }

    /// <summary>Hashing beside sha256sum: a file without blocks, so that neither waits for a disk.</summary>
    private static async Task<IEnumerable<TargetRow>> HashingAsync(
        TemporaryFolder folder, string videos, string outside, CancellationToken cancellationToken)
    {
        var file = Path.Combine(outside, "hashed.mp4");
        MakeSparse(file, HashedFile);
        var clock = Stopwatch.StartNew();
        await Tool.RunAsync("sha256sum", [file], cancellationToken);
        var tool = clock.Elapsed.TotalSeconds;
        await using var origin = OriginServer.Start(folder.Path, videos, folder.Folder("state2"));
        await origin.UntilReadyAsync(cancellationToken);
        clock.Restart();
        File.Move(file, Path.Combine(videos, "hashed.mp4"));
        await origin.UntilPublishedAsync("hashed.mp4", cancellationToken);
        var own = clock.Elapsed.TotalSeconds;
        return
        [
            TargetRow.Told("hashing", HashedFile / own / Mega, "MB/s"),
            TargetRow.AtLeast("hashing, of the speed of sha256sum", tool / own, "x", 0.9),
        ];
    }

    private static async Task<double> AddAsync(
        OriginServer origin, string outside, string videos, string name, int size, CancellationToken cancellationToken)
    {
        var file = Path.Combine(outside, name);
        await File.WriteAllBytesAsync(file, BitConverter.GetBytes(Random.Shared.NextInt64()).Concat(new byte[size]).ToArray(), cancellationToken);
        File.Move(file, Path.Combine(videos, name));
        return await origin.UntilPublishedAsync(name, cancellationToken);
    }

    private static async Task UntilHashingAsync(OriginServer origin, CancellationToken cancellationToken)
    {
        while ((await origin.ReportAsync(cancellationToken)).GetProperty("hashing").GetProperty("running").GetInt32() == 0)
        {
            await Task.Delay(10, cancellationToken);
        }
    }

    private static void MakeFiles(string folder, string prefix, int count)
    {
        for (var first = 0; first < count; first += FilesPerFolder)
        {
            MakeFlat(Path.Combine(folder, $"{prefix}{first / FilesPerFolder}"), Math.Min(FilesPerFolder, count - first));
        }
    }

    private static void MakeFlat(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        var bytes = new byte[16];
        for (var i = 0; i < count; i++)
        {
            Random.Shared.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.ts"), bytes);
        }
    }

    private static void MakeSparse(string path, long size)
    {
        using var file = new FileStream(path, FileMode.Create);
        file.SetLength(size);
    }
}

using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Media;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;
using Cdn.Benchmarks.Servers;
using Spectre.Console;

namespace Cdn.Benchmarks.Fill;

/// <summary><c>fill</c>: the ways to fill in turn, several rounds of it.</summary>
internal static class FillCommand
{
    /// <summary>
    /// Seconds that the origin leaves a file alone which was not moved in: short, so that no wait is measured in any case.
    /// </summary>
    private const string StableFor = "0.05";

    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var rounds = options.Count("rounds", 3);
        var json = options.Text("json");
        var isWhole = options.Text("cases") is null;
        var cases = options.Pick("cases", FillCase.All, one => one.Name.Replace(",", "", StringComparison.Ordinal), one => one.IsUsual);
        options.RejectOthers();
        Surroundings.Describe();
        MediaLibrary.Ensure(cases.SelectMany(one => one.Files));

        using var folder = new TemporaryFolder();
        var certificate = ServerCertificate.Create(folder.Folder("certificate"));
        List<TargetRow> figures = isWhole ? [.. await ManyReplicas.RunAsync(folder, certificate, cancellationToken)] : [];
        TargetRow.Show("Four replicas", figures);

        var videos = folder.Folder("videos");
        await using var cdn = await CdnServer.StartAsync(
            folder.Folder("cdn"), videos, certificate, cancellationToken,
            ("STABLE_FOR", StableFor));
        await cdn.UntilProvenAsync(0, showProgress: false, cancellationToken);

        List<IFiller> fillers = [new CdnFiller(cdn, videos), ShellFiller.Copy(folder.Folder("copies"))];
        if (Programs.Find("rsync") is null)
        {
            Report.Note("Left out: rsync (not installed).");
        }
        else
        {
            fillers.Add(ShellFiller.Rsync(folder.Folder("copies")));
        }

        var rows = new List<FillRow>();
        foreach (var one in cases)
        {
            Report.Note($"{one.Name}: {rounds} rounds ...");
            var subjects = one.MostRatio is null ? fillers.Take(1).ToList() : fillers;
            rows.AddRange(await RunAsync(one, subjects, rounds, folder, cancellationToken));
            Show(one, rows);
        }

        figures.AddRange(rows.SelectMany(row => row.ToFigures()));
        if (SecondsOf(FillCase.Films) is { } films && SecondsOf(FillCase.ManyFilms) is { } many)
        {
            figures.Add(TargetRow.AtMost($"{FillCase.ManyFilms.Name} : {FillCase.Films.Name}", many / films, "ratio", 12));
        }

        TargetRow.Show("Fill", figures);
        await JsonFile.WriteAsync(json, figures, cancellationToken);
        return 0;

        double? SecondsOf(FillCase one) => rows.Find(row => row.Case == one.Name && row.Subject == CdnFiller.Subject)?.Seconds;
    }

    private static async Task<IEnumerable<FillRow>> RunAsync(
        FillCase @case, List<IFiller> fillers, int rounds, TemporaryFolder folder, CancellationToken cancellationToken)
    {
        var results = fillers.ToDictionary(filler => filler.Name, _ => new List<FillMeasurement>());
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < fillers.Count; turn++)
            {
                var filler = fillers[(round + turn) % fillers.Count];
                var source = folder.Folder("source", @case.Files.Count == 1 ? "one" : "many");
                foreach (var file in @case.Files)
                {
                    MediaLibrary.Link(file.Name, Path.Combine(source, file.Name));
                }

                // Nobody's measured sync is to write what somebody before has left.
                await Tool.RunAsync("sync", [], cancellationToken);
                results[filler.Name].Add(await filler.FillAsync(@case, source, cancellationToken));
                Directory.Delete(folder.Folder("source"), recursive: true);
            }
        }

        return fillers.Select(filler => FillRow.From(@case, filler.Name, results[filler.Name], results.GetValueOrDefault(ShellFiller.Yardstick, [])));
    }

    private static void Show(FillCase @case, IEnumerable<FillRow> rows)
    {
        var table = Report.Table(@case.Name, "subject", "seconds", "GB/s", "CPU s/GB", $"time : {ShellFiller.Yardstick}");
        foreach (var row in rows.Where(row => row.Case == @case.Name))
        {
            table.AddRow(
                row.Subject, Report.Figure(row.Seconds), Report.Figure(row.Throughput), Report.Figure(row.Cpu), Report.Figure(row.Ratio));
        }

        Report.Show(table);
    }
}

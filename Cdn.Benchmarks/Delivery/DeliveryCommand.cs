using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Delivery.Subjects;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Media;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery;

/// <summary><c>delivery</c>: starts the subjects, measures case by case, stops them.</summary>
internal static class DeliveryCommand
{
    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var proxied = options.Flag("proxied");
        var rounds = options.Count("rounds", 5);
        var seconds = options.Number("seconds", 3);
        var cases = options.Pick("cases", DeliveryCase.All, one => one.Name);
        var wanted = options.Pick("subjects", Subject.All, one => one.Name, one => proxied ? one.IsProxy : one.IsDirect);
        var json = options.Text("json");
        options.RejectOthers();
        Programs.Require(H2Load.Program);
        Surroundings.Describe();

        cases = [.. WithoutImpossible(cases).Select(one => one.Lasting(seconds))];
        var files = cases.SelectMany(one => one.Files).Distinct().ToList();
        if (files.Count == 0)
        {
            return 1;
        }

        MediaLibrary.Ensure(files);
        using var bench = new Workbench(MediaLibrary.Folder, [.. files.Select(file => file.Name)], proxied);
        var subjects = new List<RunningSubject>();
        try
        {
            var left = await StartAsync(wanted, bench, subjects, cancellationToken);
            var runner = new DeliveryRunner(subjects, rounds, bench.FolderOf("load"));
            var rows = new List<DeliveryRow>();
            foreach (var one in cases)
            {
                Report.Note($"{one.Name}: {rounds} rounds of {one.Requests:N0} requests, {one.Clients} connections × {one.Streams} streams ...");
                var added = await runner.RunAsync(one, cancellationToken);
                DeliveryTable.Show(added);
                rows.AddRange(added);
            }

            await JsonFile.WriteAsync(json, rows, cancellationToken);
            return left || rows.Any(row => row.Error is not null) ? 1 : 0;
        }
        finally
        {
            await Task.WhenAll(subjects.Select(subject => subject.DisposeAsync().AsTask()));
        }
    }

    private static IEnumerable<DeliveryCase> WithoutImpossible(IReadOnlyList<DeliveryCase> cases)
    {
        foreach (var one in cases.Where(one => one.Cold && !PageCache.CanDrop))
        {
            Report.Note($"Left out: {one.Name}. The page cache cannot be emptied here (that takes root, and a kernel of one's own).");
        }

        return cases.Where(one => !one.Cold || PageCache.CanDrop);
    }

    /// <summary>Whether one that should have started did not. What is not installed is only said.</summary>
    private static async Task<bool> StartAsync(
        IReadOnlyList<Subject> wanted, Workbench bench, List<RunningSubject> subjects, CancellationToken cancellationToken)
    {
        var failed = false;
        foreach (var subject in wanted)
        {
            if (subject.Programs.Where(program => Programs.Find(program) is null).ToList() is { Count: > 0 } missing)
            {
                Report.Note($"Left out: {subject.Name} ({string.Join(", ", missing)} not installed).");
                continue;
            }

            try
            {
                subjects.Add(await subject.StartAsync(bench, cancellationToken));
            }
            catch (InvalidOperationException e) when (!cancellationToken.IsCancellationRequested)
            {
                failed = true;
                Report.Error($"{subject.Name} is left out, as it does not start. {e.Message}");
            }
        }

        return failed;
    }
}

using Cdn.Benchmarks.Delivery.Subjects;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery;

/// <summary>Measures the subjects in turn, several rounds of it, so that what disturbs the machine disturbs all of them.</summary>
internal sealed class DeliveryRunner(IReadOnlyList<RunningSubject> subjects, int rounds, string folder)
{
    /// <summary>One case, all subjects: a row each.</summary>
    public async Task<IReadOnlyList<DeliveryRow>> RunAsync(DeliveryCase @case, CancellationToken cancellationToken)
    {
        var results = subjects.ToDictionary(subject => subject.Name, _ => new List<Measurement>());
        var lists = subjects.ToDictionary(subject => subject.Name, subject => WriteList(@case, subject));
        foreach (var subject in subjects)
        {
            await WarmUpAsync(@case, subject, lists[subject.Name], cancellationToken);
        }

        for (var round = 0; round < rounds; round++)
        {
            // Another one first each time: whoever follows a heavy one would always do so.
            for (var turn = 0; turn < subjects.Count; turn++)
            {
                var subject = subjects[(round + turn) % subjects.Count];
                results[subject.Name].Add(await MeasureAsync(@case, subject, lists[subject.Name], cancellationToken));
            }
        }

        var yardstick = results.GetValueOrDefault(Subject.Yardstick);
        return [.. subjects.Select(subject => DeliveryRow.From(@case, subject.Name, results[subject.Name], yardstick))];
    }

    private static async Task<Measurement> MeasureAsync(
        DeliveryCase @case, RunningSubject subject, string list, CancellationToken cancellationToken)
    {
        // Cold: a request at a time, each on an emptied page cache; the sum is long enough for the clock of the CPU figures.
        var (runs, requests, clients) = @case.Cold ? (@case.Requests, 1, 1) : (1, @case.Requests, @case.Clients);
        var (load, cpu) = (LoadResult.Nothing, 0.0);
        var misses = subject.Misses;
        for (var run = 0; run < runs; run++)
        {
            if (@case.Cold)
            {
                await Tool.RunAsync("sync", [], cancellationToken);
                PageCache.Drop();
            }

            var before = subject.CpuSeconds();
            load = load.Plus(await H2Load.RunAsync(
                list, requests, clients, @case.Streams, @case.Range, @case.BodySize, cancellationToken));
            cpu += subject.CpuSeconds() - before;
        }

        return new Measurement(
            load.Error is null && subject.Misses != misses ? load with { Error = "not all answers came from the cache" } : load, cpu);
    }

    /// <summary>
    /// Every file once and whole, so that it is in the page cache and in the caches of those that have one; then a round that
    /// does not count, since .NET compiles what is used often once more, and better.
    /// </summary>
    private async Task WarmUpAsync(DeliveryCase @case, RunningSubject subject, string draws, CancellationToken cancellationToken)
    {
        var list = Path.Combine(folder, "warm-up.txt");
        File.WriteAllLines(list, @case.Files.Select(file => new Uri(subject.Address, file.Name).AbsoluteUri));
        await H2Load.RunAsync(list, @case.Files.Count, 1, 1, null, @case.Files[0].Size, cancellationToken);
        if (!@case.Cold)
        {
            await MeasureAsync(@case, subject, draws, cancellationToken);
        }
    }

    /// <summary>Each connection goes through the whole list.</summary>
    private string WriteList(DeliveryCase @case, RunningSubject subject)
    {
        var list = Path.Combine(folder, $"{subject.Name}.txt");
        var draws = @case.Files.Count == 1 ? [0] : Zipf.Draw(@case.Files.Count, @case.Requests / @case.Clients);
        File.WriteAllLines(list, draws.Select(file => new Uri(subject.Address, @case.Files[file].Name).AbsoluteUri));
        return list;
    }
}

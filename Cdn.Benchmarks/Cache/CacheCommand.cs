using System.Diagnostics;
using System.Globalization;
using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Output;
using Spectre.Console;

namespace Cdn.Benchmarks.Cache;

/// <summary><c>cache</c>: which videos stay when not all can, by three policies on the same generated demand.</summary>
internal static class CacheCommand
{
    /// <summary>Sizes of the cache, as shares of the catalog's bytes.</summary>
    private static readonly double[] _shares = [0.01, 0.1];

    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var json = options.Text("json");
        options.RejectOthers();
        Report.Note($"{Trace.Requests:N0} requests for {Trace.Objects:N0} objects per trace, from a fixed seed; nothing is stored or sent.");
        var rows = new List<CacheRow>();
        foreach (var trace in Trace.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var requests = trace.Generate();
            foreach (var share in _shares)
            {
                var capacity = (long)(trace.Bytes() * share);
                var name = string.Create(CultureInfo.InvariantCulture, $"{trace.Name}, cache {100 * share:F0} %");
                ICachePolicy[] policies = [new SievePolicy(capacity), QueuePolicy.Lru(capacity), QueuePolicy.Fifo(capacity)];
                rows.AddRange(policies.Select(policy => Run(name, policy, requests)));
            }
        }

        Show(rows);
        await JsonFile.WriteAsync(json, rows, cancellationToken);
        return 0;
    }

    private static CacheRow Run(string name, ICachePolicy policy, (int Key, long Size)[] requests)
    {
        var (misses, missed, asked) = (0L, 0L, 0L);
        var started = Stopwatch.GetTimestamp();
        foreach (var (key, size) in requests)
        {
            asked += size;
            if (!policy.Ask(key, size))
            {
                misses++;
                missed += size;
            }
        }

        var took = Stopwatch.GetElapsedTime(started);
        return new CacheRow(
            name, policy.Name, (double)misses / requests.Length, (double)missed / asked, took.TotalNanoseconds / requests.Length);
    }

    private static void Show(List<CacheRow> rows)
    {
        var policies = rows.Select(row => row.Subject).Distinct().ToList();
        var table = Report.Table("Misses, in % of bytes", "demand", [.. policies, .. policies.Select(policy => $"{policy} ns")]);
        foreach (var one in rows.GroupBy(row => row.Case))
        {
            table.AddRow(
            [
                Markup.Escape(one.Key),
                .. one.Select(row => string.Create(CultureInfo.InvariantCulture, $"{100 * row.ByteMissRatio:F1}")),
                .. one.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Nanoseconds:F0}")),
            ]);
        }

        Report.Show(table);
    }
}

using Cdn.Benchmarks.Output;
using Spectre.Console;

namespace Cdn.Benchmarks.Delivery;

/// <summary>The rows of one case as a table; those that failed are said below it, in red.</summary>
internal static class DeliveryTable
{
    public static void Show(IReadOnlyList<DeliveryRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var table = Report.Table(rows[0].Case, "subject", "MB/s", "requests/s", rows[0].Of!.CpuUnit, $"CPU : {Subjects.Subject.Yardstick}");
        foreach (var row in rows)
        {
            table.AddRow(row.Error is null
                ? [Markup.Escape(row.Subject), Report.Figure(row.Throughput), Report.Figure(row.RequestsPerSecond), Report.Figure(row.Cpu), Report.Figure(row.CpuRatio)]
                : [Markup.Escape(row.Subject), "[red]error[/]", "", "", ""]);
        }

        Report.Show(table);
        foreach (var row in rows.Where(row => row.Error is not null))
        {
            Report.Error($"{row.Case}, {row.Subject}: {row.Error}");
        }
    }
}

using Cdn.Benchmarks.Output;
using Spectre.Console;

namespace Cdn.Benchmarks.Attack;

/// <summary>What the viewers saw of an attack, and what it took.</summary>
/// <param name="Case">The attack.</param>
/// <param name="Subject"><c>limits</c>: the CDN as it comes. <c>none</c>: without its limits.</param>
/// <param name="Segments">How many the viewers asked for meanwhile.</param>
/// <param name="Failures">How many of those they did not get.</param>
/// <param name="P99Before">Milliseconds in which they had 99 of 100 just before.</param>
/// <param name="P99">Milliseconds meanwhile.</param>
/// <param name="P99Ratio">The second in relation to the first.</param>
/// <param name="NginxMemory">MiB that nginx's workers grew by.</param>
/// <param name="TcpMemory">MiB that the kernel's TCP memory grew by, of both ends.</param>
/// <param name="Met">No failure, a ratio of at most 3, and at most 64 MiB of nginx.</param>
/// <param name="Error">One of the failures.</param>
internal sealed record AttackRow(
    string Case, string Subject, int Segments, int Failures, double? P99Before, double? P99, double? P99Ratio,
    double NginxMemory, double TcpMemory, bool Met, string? Error)
{
    /// <summary>Most that the attack may slow the viewers: 3 times.</summary>
    public const double MostRatio = 3;

    /// <summary>Most that one address may cost nginx: 64 MiB.</summary>
    public const double MostMemory = 64;

    public static void Show(IEnumerable<AttackRow> rows)
    {
        var table = Report.Table(
            "20 viewers while one address attacks",
            "attack",
            "subject",
            "segments",
            "failed",
            "p99 before, ms",
            "p99, ms",
            "ratio",
            "nginx, MiB",
            "TCP, MiB",
            "met");
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Case), row.Subject, $"{row.Segments}", $"{row.Failures}", Report.Figure(row.P99Before),
                Report.Figure(row.P99),
                Report.Figure(row.P99Ratio),
                Report.Figure(row.NginxMemory),
                Report.Figure(row.TcpMemory),
                row.Met ? "[green]yes[/]" : "[red]no[/]");
        }

        Report.Show(table);
    }
}

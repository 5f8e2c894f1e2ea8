using System.Globalization;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Cdn.Benchmarks.Output;

/// <summary>A figure beside what it ought to be.</summary>
/// <param name="Case">What was measured.</param>
/// <param name="Value">The figure; null if it could not be measured.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Target">What it ought to be; null if it is only told.</param>
/// <param name="Met">Whether it is; null without a target.</param>
internal sealed record TargetRow(string Case, double? Value, string Unit, double? Target, bool? Met)
{
    [JsonIgnore]
    private string Sign { get; init; } = "";

    public static TargetRow AtMost(string @case, double? value, string unit, double target) =>
        new(@case, value, unit, target, value <= target) { Sign = "≤ " };

    public static TargetRow AtLeast(string @case, double? value, string unit, double target) =>
        new(@case, value, unit, target, value >= target) { Sign = "≥ " };

    public static TargetRow Told(string @case, double? value, string unit) => new(@case, value, unit, null, null);

    public static void Show(string title, IEnumerable<TargetRow> rows)
    {
        var table = Report.Table(title, "case", "value", "unit", "target", "met");
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Case),
                Report.Figure(row.Value),
                Markup.Escape(row.Unit),
                row.Target is { } target ? row.Sign + target.ToString("#,0.##", CultureInfo.InvariantCulture) : "",
                row.Met switch { true => "[green]yes[/]", false => "[red]no[/]", null => "" });
        }

        Report.Show(table);
    }
}

using System.Globalization;
using Spectre.Console;

namespace Cdn.Benchmarks.Output;

/// <summary>What the benchmarks say, and how their figures are written.</summary>
internal static class Report
{
    public static void Note(string text) => AnsiConsole.MarkupLineInterpolated($"[grey]{text}[/]");

    /// <summary>Something that makes figures wrong or missing.</summary>
    public static void Error(string text) => AnsiConsole.MarkupLineInterpolated($"[white on red] ERROR [/] [red]{text}[/]");

    /// <summary>Three digits that mean something.</summary>
    public static string Figure(double? value) => value is not { } number ? "–" : Math.Abs(number) switch
    {
        >= 100 => number.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => number.ToString("F1", CultureInfo.InvariantCulture),
        _ => number.ToString("F2", CultureInfo.InvariantCulture),
    };

    /// <summary>A table whose first column is text and whose others are figures.</summary>
    public static Table Table(string title, string first, params string[] figures)
    {
        var table = new Table().RoundedBorder().Title(Markup.Escape(title)).AddColumn(first);
        foreach (var figure in figures)
        {
            table.AddColumn(new TableColumn(figure).RightAligned());
        }

        return table;
    }

    public static void Show(Table table)
    {
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();
    }
}

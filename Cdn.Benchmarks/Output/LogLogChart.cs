using System.Globalization;
using System.Text;

namespace Cdn.Benchmarks.Output;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Its points; both axes are logarithmic, so all are above 0.</param>
internal sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>
/// A chart of growth, as SVG: on two logarithmic axes what grows with its number is a line at 45 degrees, and what does not is
/// flat.
/// </summary>
internal static class LogLogChart
{
    private const double Width = 640;
    private const double Height = 400;
    private const double Left = 70;
    private const double Right = 190;
    private const double Top = 40;
    private const double Bottom = 50;

    private static readonly string[] _colours = ["#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed"];

    public static string Draw(string title, string xName, string yName, IReadOnlyList<ChartLine> lines)
    {
        var all = lines.SelectMany(line => line.Points).ToList();
        var (x0, x1) = (Math.Floor(Math.Log10(all.Min(point => point.X))), Math.Ceiling(Math.Log10(all.Max(point => point.X))));
        var (y0, y1) = (Math.Floor(Math.Log10(all.Min(point => point.Y))), Math.Ceiling(Math.Log10(all.Max(point => point.Y))));
        y1 = y1 > y0 ? y1 : y0 + 1;
        var svg = new StringBuilder();
        Write(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Write(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        Write(svg, $"<text x=\"{Left}\" y=\"22\" font-size=\"15\">{title}</text>");
        for (var power = x0; power <= x1; power++)
        {
            Write(svg, $"<path d=\"M{X(power):F1} {Top}V{Height - Bottom}\" stroke=\"#ddd\"/>");
            Write(svg, $"<text x=\"{X(power):F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Math.Pow(10, power):N0}</text>");
        }

        for (var power = y0; power <= y1; power++)
        {
            Write(svg, $"<path d=\"M{Left} {Y(power):F1}H{Width - Right}\" stroke=\"#ddd\"/>");
            Write(svg, $"<text x=\"{Left - 8}\" y=\"{Y(power) + 4:F1}\" text-anchor=\"end\">{Math.Pow(10, power):#,0.####}</text>");
        }

        Write(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">{xName}</text>");
        Write(svg, $"<text x=\"{Left - 60}\" y=\"{Top - 8}\">{yName}</text>");
        for (var i = 0; i < lines.Count; i++)
        {
            Line(svg, lines[i], _colours[i % _colours.Length], Top + 14 + (20 * i));
        }

        return svg.Append("</svg>\n").ToString();

        double X(double power) => Left + ((power - x0) / (x1 - x0) * (Width - Left - Right));
        double Y(double power) => Height - Bottom - ((power - y0) / (y1 - y0) * (Height - Top - Bottom));

        void Line(StringBuilder into, ChartLine line, string colour, double at)
        {
            var points = line.Points.Select(point => (X: X(Math.Log10(point.X)), Y: Y(Math.Log10(point.Y)))).ToList();
            var path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:F1} {point.Y:F1}")));
            Write(into, $"<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
            foreach (var (x, y) in points)
            {
                Write(into, $"<circle cx=\"{x:F1}\" cy=\"{y:F1}\" r=\"3.5\" fill=\"{colour}\"/>");
            }

            Write(into, $"<text x=\"{Width - Right + 12}\" y=\"{at}\" fill=\"{colour}\">{line.Name}</text>");
        }
    }

    private static void Write(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
